import { createApp } from 'vue'
import App from './App.vue'
import { router } from './routes'
import './look/elements'
import './look/look.css'
import { dress, words } from './words/words'

const app = createApp(App).use(words).use(router)
dress()
// Whoever goes somewhere else while the first page is still on its way would be brought back to it.
void router.isReady().then(() => app.mount('#app'))
