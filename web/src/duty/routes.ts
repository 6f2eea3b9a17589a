/** Addresses of the duty room. */
import type { RouteRecordRaw } from 'vue-router'

export const dutyRoutes: RouteRecordRaw = {
  path: 'duty',
  component: () => import('./DutyFrame.vue'),
  children: [
    { path: '', component: () => import('./desk/DeskPage.vue'), meta: { title: 'duty.desk' } },
    { path: 'board', component: () => import('./board/BoardPage.vue'), meta: { title: 'duty.board' } },
    { path: 'rosters', redirect: '/duty/board' },
    {
      path: 'rosters/:id',
      component: () => import('./rosters/RosterPage.vue'),
      props: true,
      meta: { title: 'duty_kind.roster' },
    },
    { path: 'shifts', component: () => import('./shifts/ShiftListPage.vue'), meta: { title: 'duty_kind.shift' } },
    {
      path: 'shifts/:id',
      component: () => import('./shifts/ShiftPage.vue'),
      props: true,
      meta: { title: 'duty_kind.shift' },
    },
    {
      path: 'incidents',
      component: () => import('./incidents/IncidentListPage.vue'),
      meta: { title: 'duty_kind.incident' },
    },
    {
      path: 'incidents/:id',
      component: () => import('./incidents/IncidentPage.vue'),
      props: true,
      meta: { title: 'duty_kind.incident' },
    },
    { path: 'posts', component: () => import('./posts/PostListPage.vue'), meta: { title: 'duty_kind.post' } },
    {
      path: 'posts/:id',
      component: () => import('./posts/PostPage.vue'),
      props: true,
      meta: { title: 'duty_kind.post' },
    },
    { path: 'losses', component: () => import('./losses/LossesListPage.vue'), meta: { title: 'duty_kind.losses' } },
    {
      path: 'losses/:id',
      component: () => import('./losses/LossesPage.vue'),
      props: true,
      meta: { title: 'duty_kind.losses' },
    },
    { path: 'urgent', component: () => import('./urgent/UrgentListPage.vue'), meta: { title: 'duty_kind.urgent' } },
    {
      path: 'urgent/:id',
      component: () => import('./urgent/UrgentPage.vue'),
      props: true,
      meta: { title: 'duty_kind.urgent' },
    },
    { path: 'briefs', component: () => import('./briefs/BriefListPage.vue'), meta: { title: 'duty_kind.brief' } },
    {
      path: 'briefs/:id',
      component: () => import('./briefs/BriefPage.vue'),
      props: true,
      meta: { title: 'duty_kind.brief' },
    },
    {
      path: 'judgements',
      component: () => import('./judgements/JudgementListPage.vue'),
      meta: { title: 'duty_kind.judgement' },
    },
    {
      path: 'judgements/:id',
      component: () => import('./judgements/JudgementPage.vue'),
      props: true,
      meta: { title: 'duty_kind.judgement' },
    },
  ],
}
