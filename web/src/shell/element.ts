/** The parts of Element Plus that the pages use, with their style sheets: nothing else is loaded. */
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-checkbox.css'
import 'element-plus/theme-chalk/el-dialog.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-popper.css'
import 'element-plus/theme-chalk/el-radio.css'
import 'element-plus/theme-chalk/el-radio-group.css'
import 'element-plus/theme-chalk/el-scrollbar.css'
import 'element-plus/theme-chalk/el-select-v2.css'
import 'element-plus/theme-chalk/el-tag.css'
import 'element-plus/theme-chalk/el-virtual-list.css'

export {
  ElButton,
  ElCheckbox,
  ElConfigProvider,
  ElDialog,
  ElInput,
  ElRadio,
  ElRadioGroup,
  ElSelectV2,
} from 'element-plus'
