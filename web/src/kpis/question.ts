/** Which figures of which period are asked for: the address of the page holds it all. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Query } from '@/api/client'
import { now } from '@/session/session'
import { areaName, categoryName, unitName, word } from '@/words/directory'
import { t } from '@/words/i18n'
import { day, dayAfter } from '@/words/times'

export const CUTS = ['whole', 'unit', 'county', 'town', 'line', 'category', 'kind', 'channel', 'level', 'day'] as const
export type Cut = (typeof CUTS)[number]

export interface Question {
  /** Both days included. */
  from: string
  to: string
  tier: 'city' | 'county'
  cut: Cut
  /** The figure that is cut. */
  id: string
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function useQuestion() {
  const route = useRoute()
  const router = useRouter()
  const home = route.path
  /** The business day: it asks anew when it changes, not with every second. */
  const today = computed(() => day(now.value))
  const question = computed<Question>({
    get(before) {
      if (before && route.path !== home) return before
      const one = (name: string) => (typeof route.query[name] === 'string' ? (route.query[name] as string) : '')
      const cut = one('cut') as Cut
      return {
        from: DAY.test(one('from')) ? one('from') : `${today.value.slice(0, 8)}01`,
        to: DAY.test(one('to')) ? one('to') : today.value,
        tier: one('tier') === 'county' ? 'county' : 'city',
        cut: CUTS.includes(cut) ? cut : 'whole',
        id: one('id') || 'on_time_completion',
      }
    },
    set: asked => {
      // A period that was not chosen keeps following the business time.
      const chosen = ({ from, to }: Question) => ({
        from: route.query.from || from !== question.value.from ? from : undefined,
        to: route.query.to || to !== question.value.to ? to : undefined,
      })
      void router.replace({ query: { ...asked, ...chosen(asked) } })
    },
  })
  return question
}

/** The question as the server takes it: the day after the last one ends it. */
export function asked(question: Question): Query {
  const { from, to, tier, cut, id } = question
  return { from, to: dayAfter(to, 1), tier, cut, ids: cut === 'whole' ? undefined : id }
}

/** The name of a group. */
export function keyName(cut: Cut, key: string | null | undefined): string {
  if (!key) return t('kpi.no_key')
  switch (cut) {
    case 'unit':
      return unitName(key)
    case 'county':
    case 'town':
      return areaName(key)
    case 'category':
      return categoryName(key)
    case 'kind':
    case 'channel':
    case 'level':
      return word(cut, key)
    default:
      return key
  }
}
