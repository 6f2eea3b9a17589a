'use strict'
// Opens a centre's offline file with the centre's key, and shows its cases. Layout of both files: docs/offline.md.

const WORDS = {
  zh: {
    title: '一盘棋 离线工单',
    language: 'English',
    how: '系统不可用时，用本中心的密钥打开最近一次离线文件。本页不联网，内容只在本机显示。',
    file: '离线文件（.ypq）',
    key: '中心密钥文件',
    passphrase: '口令',
    open: '打开',
    busy: '正在核验并解密……',
    withheld: '涉密举报和涉及工作人员的举报不在离线文件中；匿名诉求不含诉求人信息。',
    find: '查找',
    only: '时限',
    all: '全部',
    red: '已超时',
    yellow: '将到期',
    print: '打印',
    more: '显示全部',
    about: c => `${c.name}，共 ${c.cases.length} 件未办结工单`,
    made: (at, ago) => `本文件生成于 ${at}，距现在 ${ago}。此后的变化不在其中。`,
    ahead: at => `本文件生成于 ${at}，晚于本机时间；请校准本机时钟。`,
    simulated: at => `演练时钟：文件内为 ${at} 的情况。`,
    count: (n, all) => `显示 ${n} / ${all} 件`,
    minutes: n => `${n} 分钟`,
    hours: n => `${n} 小时`,
    days: n => `${n} 天`,
    late: span => `超时 ${span}`,
    left: span => `剩余 ${span}`,
    none: '—',
    anonymous: '匿名',
    unsigned: '未签收',
    received: '来件',
    heads: {
      number: '工单号',
      due: '时限',
      stage: '阶段',
      holder: '承办',
      matter: '内容',
      place: '地点',
      caller: '诉求人',
      entries: '最近进展',
    },
    key_shape: '这不是中心密钥文件；请选择由 yipan offline key 生成的文件。',
    file_shape: '这不是离线文件；请选择后缀为 .ypq 的文件。',
    version: '离线文件的版本与本页不同；请使用与文件放在一起的 open.html。',
    length: (has, wants) => `离线文件不完整：应为 ${wants} 字节，实为 ${has} 字节；请重新拷贝，或打开前一个文件。`,
    wrong_passphrase: '口令不对，或密钥文件已被改动。',
    other_house: '离线文件不是由您的密钥文件所指的一盘棋系统签发的；请勿使用。',
    signature: '签名不符：离线文件在签发后被改动过；请勿使用，改用其他拷贝。',
    other_centre: (theirs, own) => `离线文件属于${theirs}，您的密钥属于${own}；请选择本中心的文件。`,
    other_key: (theirs, own) =>
      `离线文件是用本中心的另一把密钥（${theirs}）加密的，您的密钥是 ${own}；请使用与之对应的密钥文件。`,
    cipher: '离线文件无法解密；请改用其他拷贝。',
    insecure: '本浏览器在此处不提供加密功能；请在本机直接打开本页（file://），或使用 Chromium 109 以上的浏览器。',
  },
  en: {
    title: 'Yipan offline cases',
    language: '中文',
    how: 'While the system is down, open the latest offline file with your centre’s key. This page uses no network; what it shows stays on this machine.',
    file: 'Offline file (.ypq)',
    key: 'The centre’s key file',
    passphrase: 'Passphrase',
    open: 'Open',
    busy: 'Verifying and decrypting…',
    withheld:
      'Secret reports, and reports about members of staff, are in no offline file; of anonymous appellants nothing is told.',
    find: 'Find',
    only: 'Deadline',
    all: 'all',
    red: 'overdue',
    yellow: 'due soon',
    print: 'Print',
    more: 'Show all',
    about: c => `${c.name}: ${c.cases.length} open cases`,
    made: (at, ago) => `This file was made at ${at}, ${ago} ago. It knows nothing of what happened since.`,
    ahead: at => `This file was made at ${at}, later than this machine’s time: set its clock right.`,
    simulated: at => `Simulated clock: the file shows how things stood at ${at}.`,
    count: (n, all) => `${n} of ${all} shown`,
    minutes: n => `${n} min`,
    hours: n => `${n} h`,
    days: n => `${n} d`,
    late: span => `${span} overdue`,
    left: span => `${span} left`,
    none: '—',
    anonymous: 'anonymous',
    unsigned: 'not signed for',
    received: 'received',
    heads: {
      number: 'Number',
      due: 'Deadline',
      stage: 'Stage',
      holder: 'Held by',
      matter: 'Matter',
      place: 'Place',
      caller: 'Appellant',
      entries: 'Latest',
    },
    key_shape: 'This is no key file of a centre; choose one that `yipan offline key` made.',
    file_shape: 'This is no offline file; choose one whose name ends with .ypq.',
    version: 'The offline file is of another version than this page; use the open.html that lies beside the file.',
    length: (has, wants) =>
      `The offline file is not whole: it should have ${wants} bytes and has ${has}. Copy it again, or open the one before.`,
    wrong_passphrase: 'The passphrase is wrong, or the key file was changed.',
    other_house: 'The offline file was not signed by the house that your key file names; do not use it.',
    signature:
      'The signature does not fit: the offline file was changed after it was made. Do not use it; take another copy.',
    other_centre: (theirs, own) =>
      `The offline file is that of ${theirs}, your key is that of ${own}: choose your own centre’s file.`,
    other_key: (theirs, own) =>
      `The offline file was sealed to another key of your centre (${theirs}), yours is ${own}: use the key file that belongs to it.`,
    cipher: 'The offline file cannot be decrypted; take another copy.',
    insecure:
      'This browser offers no cryptography here: open this page from the disk (file://), with Chromium 109 or later.',
  },
}

/** A sentence for the person in front of the page: its name in WORDS, and what stands in it. */
class Said extends Error {
  constructor(name, ...parts) {
    super(name)
    this.say = () => (typeof t(name) === 'function' ? t(name)(...parts) : t(name))
  }
}

const MAGIC = 'YIPANOF1'
const PURPOSE = 'yipan offline file 1\0'
const SIGNATURE = 64
const ON_SCREEN = 300
const OLD_MINUTES = 20

const $ = id => document.getElementById(id)
const utf8 = new TextEncoder()
const bytesOf = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))
const joined = parts => new Uint8Array(parts.flatMap(part => [...part]))

let language = navigator.language.startsWith('zh') || !navigator.languages.some(l => l.startsWith('en')) ? 'zh' : 'en'
let content = null
let fault = null
let sort = { by: 'due', down: false }
let everything = false
const t = name => WORDS[language][name]
/** Chinese and English as the file gives them. */
const pick = pair => pair[language === 'zh' ? 0 : 1]

// Files

function readKey(text) {
  let key
  try {
    key = JSON.parse(text)
  } catch {
    throw new Said('key_shape')
  }
  if (key?.format !== 'yipan offline key 1') throw new Said('key_shape')
  return key
}

function readFile(bytes) {
  const view = new DataView(bytes.buffer)
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw new Said(magic.startsWith('YIPANOF') ? 'version' : 'file_shape')
  const start = MAGIC.length + 4
  if (bytes.length < start) throw new Said('length', bytes.length, '?')
  const body = start + view.getUint32(MAGIC.length)
  if (bytes.length < body) throw new Said('length', bytes.length, '?')
  let header
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, body)))
  } catch {
    throw new Said('signature')
  }
  const wants = body + header.size + SIGNATURE
  if (bytes.length !== wants) throw new Said('length', bytes.length, wants)
  const end = bytes.length - SIGNATURE
  return {
    header,
    before: bytes.subarray(0, body),
    sealed: bytes.subarray(body, end),
    signed: bytes.subarray(0, end),
    signature: bytes.subarray(end),
  }
}

async function keyName(publicKey) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', publicKey))
  return [...hash.subarray(0, 8)].map(b => b.toString(16).padStart(2, '0')).join('')
}

/** The private half. What is bound to it proves that nobody exchanged the keys in the file. */
async function unlock(key, passphrase) {
  const { subtle } = crypto
  const bound = utf8.encode([key.format, key.centre, key.public, key.house].join('\n'))
  try {
    const word = await subtle.importKey('raw', utf8.encode(passphrase), 'PBKDF2', false, ['deriveKey'])
    const lock = {
      name: 'PBKDF2',
      hash: 'SHA-256',
      salt: bytesOf(key.salt),
      iterations: key.rounds,
    }
    const aes = await subtle.deriveKey(lock, word, { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
    const cipher = {
      name: 'AES-GCM',
      iv: bytesOf(key.nonce),
      additionalData: bound,
    }
    const pkcs8 = await subtle.decrypt(cipher, aes, bytesOf(key.sealed))
    return await subtle.importKey('pkcs8', pkcs8, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
  } catch {
    throw new Said('wrong_passphrase')
  }
}

async function verify(file, key) {
  const house = bytesOf(key.house)
  if (file.header.house !== (await keyName(house))) throw new Said('other_house')
  const how = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const publicKey = await crypto.subtle.importKey('raw', house, how, false, ['verify'])
  if (!(await crypto.subtle.verify(how, publicKey, file.signature, file.signed))) throw new Said('signature')
}

async function decrypt(file, key, privateKey) {
  const { subtle } = crypto
  const { header } = file
  if (header.centre !== key.centre) throw new Said('other_centre', header.name, key.name)
  if (header.key !== key.key) throw new Said('other_key', header.key, key.key)
  try {
    const curve = { name: 'ECDH', namedCurve: 'P-256' }
    const sender = bytesOf(header.ephemeral)
    const peer = await subtle.importKey('raw', sender, curve, false, [])
    const shared = await subtle.deriveBits({ name: 'ECDH', public: peer }, privateKey, 256)
    const base = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
    const info = joined([utf8.encode(PURPOSE), sender, bytesOf(key.public)])
    const hkdf = {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(0),
      info,
    }
    const both = new Uint8Array(await subtle.deriveBits(hkdf, base, 352))
    const aes = await subtle.importKey('raw', both.subarray(0, 32), 'AES-GCM', false, ['decrypt'])
    const cipher = {
      name: 'AES-GCM',
      iv: both.subarray(32),
      additionalData: file.before,
    }
    return JSON.parse(new TextDecoder().decode(await subtle.decrypt(cipher, aes, file.sealed)))
  } catch {
    throw new Said('cipher')
  }
}

async function open(offline, keyFile, passphrase) {
  if (!globalThis.crypto?.subtle) throw new Said('insecure')
  const key = readKey(await keyFile.text())
  const file = readFile(new Uint8Array(await offline.arrayBuffer()))
  const privateKey = await unlock(key, passphrase)
  await verify(file, key)
  return decrypt(file, key, privateKey)
}

// What is shown

/** An element with its class and children; text is always text. */
function el(tag, name, ...children) {
  const node = document.createElement(tag)
  if (name) node.className = name
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ''))
  return node
}

/** `2026-11-23 19:15` of Shanghai, wherever this machine believes to be. */
const civil = at => at.slice(0, 16).replace('T', ' ')

function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000)
  if (minutes < 120) return t('minutes')(minutes)
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? t('hours')(hours) : t('days')(Math.floor(hours / 24))
}

/** Business time now: what the file knew, and how long ago that was by this machine's clock. */
const now = () => Date.parse(content.as_of) + Math.max(0, Date.now() - Date.parse(content.made_at))

const lampOf = one => (!one.clock ? '' : Date.parse(one.clock.due) < now() ? 'red' : one.clock.lamp)

const COLUMNS = {
  number: {
    key: one => one.number,
    cell: one => [
      one.number,
      el('p', 'quiet', `${t('received')} ${civil(one.received_at)}`),
      el('p', 'quiet', one.outer),
    ],
  },
  due: {
    key: one => (one.clock ? Date.parse(one.clock.due) : Infinity),
    cell: one => {
      if (!one.clock) return [t('none')]
      const left = Date.parse(one.clock.due) - now()
      const words = t(left < 0 ? 'late' : 'left')(span(left))
      return [el('p', lampOf(one), `${pick(one.clock.of)} ${words}`), el('p', 'quiet', civil(one.clock.due))]
    },
  },
  stage: {
    key: one => pick(one.stage),
    cell: one => [pick(one.stage), ...one.beside.map(b => el('p', 'yellow', pick(b)))],
  },
  holder: {
    key: one => one.holders[0]?.unit ?? one.centre,
    cell: one =>
      one.holders.length
        ? one.holders.map(h =>
            el(
              'p',
              '',
              `${h.unit}（${pick(h.role)}${h.signed ? '' : `，${t('unsigned')}`}）`,
              el('span', 'quiet', ` ${civil(h.due)}`),
            ),
          )
        : [one.centre],
  },
  matter: {
    key: one => one.title ?? one.text ?? '',
    cell: one => [
      el('p', 'quiet', `${pick(one.kind)} · ${one.category} · ${pick(one.level)}`),
      one.title ? el('p', '', el('strong', '', one.title)) : null,
      el('p', 'said', one.text ?? t('none')),
    ],
  },
  place: {
    key: one => one.area,
    cell: one => [one.area || t('none'), el('p', '', one.address)],
  },
  caller: {
    key: one => one.caller?.phone ?? '',
    cell: one => (one.anonymous ? [t('anonymous')] : [el('p', '', one.caller?.name), el('p', '', one.caller?.phone)]),
  },
  entries: {
    cell: one =>
      one.entries.map(e =>
        el(
          'p',
          '',
          el('span', 'quiet', `${civil(e.at)} ${e.by} `),
          pick(e.what),
          ...e.texts.map(text => el('span', 'said', `：${text}`)),
        ),
      ),
  },
}

/** Everything about a case in one text, to be searched. */
const haystack = new WeakMap()
function within(one, words) {
  if (!haystack.has(one)) haystack.set(one, JSON.stringify(Object.values(one)).toLowerCase())
  return words.every(word => haystack.get(one).includes(word))
}

function shown() {
  const words = $('find').value.toLowerCase().split(/\s+/).filter(Boolean)
  const lamp = $('lamp').value
  const found = content.cases.filter(one => (!lamp || lampOf(one) === lamp) && within(one, words))
  const { key } = COLUMNS[sort.by]
  const order = (a, b) => (typeof a === 'string' ? a.localeCompare(b, 'zh-CN') : a === b ? 0 : a < b ? -1 : 1)
  return found.sort((a, b) => (sort.down ? -1 : 1) * order(key(a), key(b)))
}

function renderRows() {
  const found = shown()
  const rows = everything ? found : found.slice(0, ON_SCREEN)
  $('rows').replaceChildren(
    ...rows.map(one => el('tr', '', ...Object.values(COLUMNS).map(({ cell }) => el('td', '', ...cell(one))))),
  )
  $('count').textContent = t('count')(rows.length, found.length)
  $('more').hidden = rows.length === found.length
}

function renderHeads() {
  $('heads').replaceChildren(
    ...Object.entries(COLUMNS).map(([name, { key }]) => {
      const word = t('heads')[name]
      const head = el('th')
      head.scope = 'col'
      if (!key) {
        head.append(word)
        return head
      }
      const own = sort.by === name
      if (own) head.ariaSort = sort.down ? 'descending' : 'ascending'
      const button = el('button', '', word + (own ? (sort.down ? ' ▼' : ' ▲') : ''))
      button.type = 'button'
      button.onclick = () => {
        sort = { by: name, down: own && !sort.down }
        renderHeads()
        renderRows()
      }
      head.append(button)
      return head
    }),
  )
}

function renderAge() {
  if (!content) return
  const age = Date.now() - Date.parse(content.made_at)
  const at = civil(content.made_at)
  const drill = Math.abs(Date.parse(content.as_of) - Date.parse(content.made_at)) > 60000
  $('age').textContent =
    (age < -60000 ? t('ahead')(at) : t('made')(at, span(age))) +
    (drill ? ` ${t('simulated')(civil(content.as_of))}` : '')
  $('age').className = age < -60000 || age > OLD_MINUTES * 60000 ? 'old' : ''
}

function render() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  for (const node of document.querySelectorAll('[data-w]')) node.textContent = t(node.dataset.w)
  $('language').textContent = t('language')
  $('fault').hidden = !fault
  $('fault').textContent = fault ? fault.say() : ''
  $('board').hidden = !content
  $('door').hidden = !!content
  if (!content) return
  $('about').textContent = t('about')(content)
  renderAge()
  renderHeads()
  renderRows()
}

$('door').onsubmit = async event => {
  event.preventDefault()
  fault = null
  render()
  $('busy').hidden = false
  try {
    content = await open($('file').files[0], $('key').files[0], $('passphrase').value)
    $('passphrase').value = ''
  } catch (error) {
    fault = error instanceof Said ? error : new Said('cipher')
  }
  $('busy').hidden = true
  render()
}
$('language').onclick = () => {
  language = language === 'zh' ? 'en' : 'zh'
  render()
}
$('find').oninput = renderRows
$('lamp').onchange = renderRows
$('more').onclick = () => {
  everything = true
  renderRows()
}
$('print').onclick = () => print()
addEventListener('beforeprint', () => {
  if (!content) return
  everything = true
  renderRows()
})
setInterval(renderAge, 30000)
render()
