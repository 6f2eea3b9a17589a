/** The words of the duty room, known once its pages are loaded. */
import { i18n } from '@/words/i18n'
import en from '@/words/duty-en.json'
import zh from '@/words/duty-zh-CN.json'

i18n.global.mergeLocaleMessage('zh-CN', zh)
i18n.global.mergeLocaleMessage('en', en)
