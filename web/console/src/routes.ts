import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'overview', component: () => import('./overview/OverviewPage.vue') },
    { path: '/customers', name: 'customers', component: () => import('./profile/CustomersPage.vue') },
    { path: '/customers/:id', name: 'customer', component: () => import('./profile/CustomerPage.vue'), props: true },
    { path: '/segments', name: 'segments', component: () => import('./audience/SegmentsPage.vue') },
    { path: '/audiences', name: 'audiences', component: () => import('./audience/AudiencesPage.vue') },
    { path: '/tags', name: 'tags', component: () => import('./tag/TagsPage.vue') },
    { path: '/insight', name: 'insight', component: () => import('./insight/SheetsPage.vue') },
    { path: '/tree', name: 'tree', component: () => import('./tree/TreePage.vue') },
    { path: '/lookalikes', name: 'lookalikes', component: () => import('./audience/LookalikePage.vue') },
    { path: '/alerts', name: 'alerts', component: () => import('./alert/AlertsPage.vue') },
    { path: '/surveys', name: 'surveys', component: () => import('./survey/SurveysPage.vue') },
    { path: '/communities', name: 'communities', component: () => import('./community/CommunitiesPage.vue') },
    { path: '/communities/:id', name: 'community', component: () => import('./community/CommunityPage.vue'), props: true },
    { path: '/workbench', name: 'workbench', component: () => import('./open/WorkbenchPage.vue') },
    { path: '/seasons', name: 'seasons', component: () => import('./season/SeasonsPage.vue') },
    { path: '/experiments', name: 'experiments', component: () => import('./experiment/ExperimentsPage.vue') },
    { path: '/boss', name: 'boss', component: () => import('./boss/BossPage.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
