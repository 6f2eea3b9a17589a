import './shell/tokens.css'
import './shell/base.css'
import { createApp } from 'vue'
import App from './shell/App.vue'
import { router } from './shell/router'
import { i18n } from './words/i18n'

createApp(App).use(i18n).use(router).mount('#app')
