/** The two tongues of the pages: Chinese first. */
import { createI18n } from 'vue-i18n'
import { computed } from 'vue'
import en from './en.json'
import zh from './zh-CN.json'

export type Language = 'zh-CN' | 'en'

const KEPT = 'yipan.language'

function first(): Language {
  const kept = localStorage.getItem(KEPT)
  return kept === 'en' ? 'en' : 'zh-CN'
}

export const i18n = createI18n({
  legacy: false,
  locale: first(),
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en },
})

export const t = i18n.global.t
/** Whether there is a message by this key. */
export const has = (key: string): boolean => i18n.global.te(key)

export const language = computed<Language>({
  get: () => i18n.global.locale.value as Language,
  set: value => {
    i18n.global.locale.value = value
    localStorage.setItem(KEPT, value)
    document.documentElement.lang = value
  },
})
document.documentElement.lang = language.value

/** The one of two wordings that the reader reads. */
export function said(words: { zh: string; en: string }): string {
  return language.value === 'en' ? words.en : words.zh
}
