import { createApp } from 'vue'
import App from './App.vue'
import { router } from './routes'
import './look/elements'
import './look/look.css'
import { dress, words } from './words/words'

createApp(App).use(words).use(router).mount('#app')
dress()
