import { createI18n } from 'vue-i18n'
import en from './en'
import { ofOne } from './one'
import zh, { type Words } from './zh'

export type Language = 'zh-CN' | 'en'

const KEPT = 'huoshui.language'

function remembered(): Language {
  return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN'
}

export const words = createI18n<[Words], Language, false>({
  legacy: false,
  locale: remembered(),
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en },
  // Only English has another form for one.
  postTranslation: (text) => (typeof text === 'string' ? ofOne(text) : text),
})

/** Shows the document in this language, from now on and after the next visit. */
export function speak(language: Language): void {
  words.global.locale.value = language
  localStorage.setItem(KEPT, language)
  dress()
}

/** Tells the browser which language it shows, so that it picks the right glyphs and line breaks. */
export function dress(): void {
  document.documentElement.lang = words.global.locale.value
  document.title = words.global.t('title')
}
