'use strict';
// The public page: files by the standard's own call, and follows by number and code.

const english = document.documentElement.lang === 'en';
const say = (zh, en) => (english ? en : zh);
const at = (id) => document.getElementById(id);
const headers = { 'Accept-Language': document.documentElement.lang };
const unreachable = () => say('连接失败，请检查网络后重试；重复提交不会重复受理。',
  'No connection; check the network and try again. Sending again files nothing twice.');

let position = null;
// One key for one filling of the form: sending it again after a lost answer makes no second case.
let key = fresh();

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fault(id, text) {
  const place = at(id);
  place.textContent = text || '';
  place.hidden = !text;
}

function check(form, needed) {
  let first = null;
  for (const field of needed) {
    const missing = !field.value.trim();
    field.setAttribute('aria-invalid', String(missing));
    if (missing && !first) first = field;
  }
  if (first) first.focus();
  return !first;
}

async function busy(form, work) {
  const button = form.querySelector('button[type="submit"]');
  if (button.disabled) return;
  button.disabled = true;
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}

async function list() {
  const select = at('service');
  select.options[0].textContent = say('请选择', 'Choose');
  try {
    const answer = await fetch('/open311/v2/services.json', { headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const groups = new Map();
    for (const service of await answer.json()) {
      if (!groups.has(service.group)) {
        const group = document.createElement('optgroup');
        group.label = service.group || '';
        groups.set(service.group, group);
        select.append(group);
      }
      const near = service.keywords ? service.keywords + ' › ' : '';
      groups.get(service.group).append(new Option(near + service.service_name, service.service_code));
    }
  } catch {
    fault('file-fault', unreachable());
  }
}

function locate() {
  const told = at('position');
  if (!navigator.geolocation) {
    told.textContent = say('此浏览器不能定位，请填写地址', 'This browser knows no position; write the address');
    return;
  }
  told.textContent = say('正在定位…', 'Locating…');
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    position = { lat: coords.latitude.toFixed(6), long: coords.longitude.toFixed(6) };
    told.textContent = say('已取得位置，误差约 ', 'Position known to about ') + Math.round(coords.accuracy) + ' m';
    at('forget').hidden = false;
  }, () => {
    told.textContent = say('未能定位，请填写地址', 'No position; write the address');
  }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
}

function forget() {
  position = null;
  at('position').textContent = '';
  at('forget').hidden = true;
  at('locate').focus();
}

async function file(form) {
  fault('file-fault');
  if (!check(form, [at('service'), at('words')])) {
    fault('file-fault', say('请填写标出的内容。', 'Fill in what is marked.'));
    return;
  }
  if (!position && !at('address').value.trim()) {
    at('address').setAttribute('aria-invalid', 'true');
    at('address').focus();
    fault('file-fault', say('请填写地址，或使用当前位置。', 'Write the address, or use your position.'));
    return;
  }
  at('address').setAttribute('aria-invalid', 'false');
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(position || {})) body.set(name, value);
  let answer;
  try {
    answer = await fetch('/open311/v2/requests.json', {
      method: 'POST', body, headers: { ...headers, 'Idempotency-Key': key },
    });
  } catch {
    fault('file-fault', unreachable());
    return;
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok) {
    const words = Array.isArray(told) ? told.map((error) => error.description).join('\n') : told && told.detail;
    fault('file-fault', words || say('未能受理，请稍后再试或拨打 12345。', 'Not accepted; try again later or call 12345.'));
    return;
  }
  at('filed-number').textContent = told[0].service_request_id;
  at('filed-code').textContent = told[0].account_id;
  at('number').value = told[0].service_request_id;
  at('code').value = told[0].account_id;
  key = fresh();
  form.reset();
  position = null;
  at('position').textContent = '';
  at('forget').hidden = true;
  at('filed').hidden = false;
  at('filed').focus();
}

const time = (text) => text.slice(0, 16).replace('T', ' ');

async function follow(form) {
  fault('follow-fault');
  at('progress').hidden = true;
  if (!check(form, [at('number'), at('code')])) return;
  let answer;
  try {
    answer = await fetch('/report/follow', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ number: at('number').value.trim(), code: at('code').value.trim() }),
    });
  } catch {
    fault('follow-fault', say('连接失败，请重试。', 'No connection; try again.'));
    return;
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok) {
    fault('follow-fault', (told && told.detail) || say('查询失败，请稍后再试。', 'That failed; try again later.'));
    return;
  }
  show(told);
}

function show(told) {
  const rows = [
    [say('编号', 'Number'), told.number],
    [say('事项', 'Matter'), told.service],
    [say('进度', 'Stage'), told.stage],
    [say('结果', 'Outcome'), told.outcome],
    [say('现由', 'Held by'), told.holder],
    [say('已持续', 'For'), told.held_for && told.held_for + say('（自 ', ' (since ') + time(told.since) + say('）', ')')],
    [say('提交时间', 'Received'), time(told.received_at)],
    [say('应办结', 'Due'), told.expected_at && time(told.expected_at)],
    [say('办结时间', 'Closed'), told.ended_at && time(told.ended_at)],
    [say('答复', 'Answer'), told.answer],
  ];
  const list = at('progress');
  list.replaceChildren();
  for (const [name, value] of rows) {
    if (!value) continue;
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    list.append(dt, dd);
  }
  list.hidden = false;
  list.focus();
}

document.addEventListener('DOMContentLoaded', () => {
  list();
  at('locate').addEventListener('click', locate);
  at('forget').addEventListener('click', forget);
  for (const [form, work] of [[at('file'), file], [at('follow'), follow]]) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      busy(form, () => work(form));
    });
  }
});
