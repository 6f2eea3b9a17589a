/** Which cases are listed: the address of the page holds it all. */
import { computed } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'

/** The names of the filters, as in the address and as the server knows them. */
export const FILTERS = ['stage', 'kind', 'channel', 'level', 'category'] as const
export type FilterName = (typeof FILTERS)[number]

export interface Filter extends Partial<Record<FilterName, string>> {
  sort: 'newest' | 'due'
  /** Only what is past its due time. */
  overdue: boolean
}

/** The filter of the address; setting it goes there. */
export function useFilter() {
  const route = useRoute()
  const router = useRouter()
  const home = route.path
  return computed<Filter>({
    get(before) {
      // On its way to another page the address is no longer ours.
      if (before && route.path !== home) return before
      const one = (name: string) => (typeof route.query[name] === 'string' ? (route.query[name] as string) : undefined)
      const filter: Filter = { sort: one('sort') === 'due' ? 'due' : 'newest', overdue: one('overdue') === '1' }
      for (const name of FILTERS) filter[name] = one(name)
      return filter
    },
    set(filter) {
      const query: LocationQueryRaw = {}
      for (const name of FILTERS) if (filter[name]) query[name] = filter[name]
      if (filter.sort === 'due') query.sort = 'due'
      if (filter.overdue) query.overdue = '1'
      void router.replace({ query })
    },
  })
}
