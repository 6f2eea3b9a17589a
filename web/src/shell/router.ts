/** Addresses of the pages. */
import { createRouter, createWebHistory } from 'vue-router'
import { dutyRoutes } from '@/duty/routes'
import { findSession, house, loadHouse, session } from '@/session/session'
import { t } from '@/words/i18n'
import Shell from './Shell.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    title?: string
    /** Open to whoever comes. */
    open?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', component: () => import('@/session/LogInPage.vue'), meta: { title: 'login.title', open: true } },
    {
      path: '/first',
      component: () => import('@/session/FirstPasswordPage.vue'),
      meta: { title: 'first.title', open: true },
    },
    {
      path: '/',
      component: Shell,
      children: [
        { path: '', redirect: '/cases' },
        { path: 'cases', component: () => import('@/cases/CaseListPage.vue'), meta: { title: 'nav.cases' } },
        {
          path: 'cases/new',
          component: () => import('@/cases/AcceptPage.vue'),
          meta: { title: 'nav.accept' },
          beforeEnter: () => session.value?.may_accept || '/cases',
        },
        {
          path: 'cases/:number',
          component: () => import('@/cases/CasePage.vue'),
          props: true,
          meta: { title: 'nav.case' },
        },
        { path: 'kpis', component: () => import('@/kpis/KpiPage.vue'), meta: { title: 'nav.kpis' } },
        dutyRoutes,
        { path: ':rest(.*)*', component: () => import('./NothingHere.vue'), meta: { title: 'nav.nothing' } },
      ],
    },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async to => {
  try {
    if (!house.value) await loadHouse()
    if (to.meta.open || (await findSession())) return true
    return { path: '/login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  } catch {
    // The house does not answer: the page opens and says so where it asks.
    return to.meta.open ? true : { path: '/login', query: { to: to.fullPath } }
  }
})

router.afterEach((to, from) => {
  const title = to.params.number ? String(to.params.number) : to.meta.title ? t(to.meta.title) : ''
  document.title = [title, t('app.name')].filter(Boolean).join(' · ')
  // Whoever listens to the page hears the new one from its start.
  if (to.path !== from.path && from.matched.length)
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }))
})
