/** Addresses of the duty room. */
import type { RouteRecordRaw } from 'vue-router'

export const dutyRoutes: RouteRecordRaw = {
  path: 'duty',
  component: () => import('./DutyFrame.vue'),
  children: [
    { path: '', component: () => import('./DeskPage.vue'), meta: { title: 'duty.desk' } },
    { path: 'board', component: () => import('./BoardPage.vue'), meta: { title: 'duty.board' } },
    { path: 'rosters', redirect: '/duty/board' },
    {
      path: 'rosters/:id',
      component: () => import('./RosterPage.vue'),
      props: true,
      meta: { title: 'duty_kind.roster' },
    },
    { path: 'shifts', component: () => import('./ShiftListPage.vue'), meta: { title: 'duty_kind.shift' } },
    { path: 'shifts/:id', component: () => import('./ShiftPage.vue'), props: true, meta: { title: 'duty_kind.shift' } },
    { path: 'incidents', component: () => import('./IncidentListPage.vue'), meta: { title: 'duty_kind.incident' } },
    {
      path: 'incidents/:id',
      component: () => import('./IncidentPage.vue'),
      props: true,
      meta: { title: 'duty_kind.incident' },
    },
    { path: 'posts', component: () => import('./PostListPage.vue'), meta: { title: 'duty_kind.post' } },
    { path: 'posts/:id', component: () => import('./PostPage.vue'), props: true, meta: { title: 'duty_kind.post' } },
    { path: 'losses', component: () => import('./LossesListPage.vue'), meta: { title: 'duty_kind.losses' } },
    {
      path: 'losses/:id',
      component: () => import('./LossesPage.vue'),
      props: true,
      meta: { title: 'duty_kind.losses' },
    },
    { path: 'urgent', component: () => import('./UrgentListPage.vue'), meta: { title: 'duty_kind.urgent' } },
    {
      path: 'urgent/:id',
      component: () => import('./UrgentPage.vue'),
      props: true,
      meta: { title: 'duty_kind.urgent' },
    },
    { path: 'briefs', component: () => import('./BriefListPage.vue'), meta: { title: 'duty_kind.brief' } },
    { path: 'briefs/:id', component: () => import('./BriefPage.vue'), props: true, meta: { title: 'duty_kind.brief' } },
    { path: 'judgements', component: () => import('./JudgementListPage.vue'), meta: { title: 'duty_kind.judgement' } },
    {
      path: 'judgements/:id',
      component: () => import('./JudgementPage.vue'),
      props: true,
      meta: { title: 'duty_kind.judgement' },
    },
  ],
}
