/** Some matters at different stages, given through the API as the desks of the demo house would. */
import { desk, MATTER } from './house.mjs'

const MATTERS = [
  [
    'complaint',
    'urban.appearance.forecourt',
    'rudong',
    '友谊路小吃店把桌椅摆到人行道上，晚上吵到十一点，行人只能走机动车道。',
  ],
  ['consultation', 'urban.refuse.collection', 'chongchuan', '想问一下我们小区大件垃圾哪天来收，要不要提前打电话预约？'],
  ['complaint', 'environment.air.burning', 'rudong', '村东头有人烧秸秆，烟很大，家里老人喘不过气来。'],
  ['help', 'urban.parking.pavement', 'qidong', '人行道上停满了车，轮椅过不去，希望装上隔离桩。'],
  ['suggestion', 'urban.parking.bicycles', 'haian', '地铁口共享单车太多，建议划出停放区，并派人早晚整理。'],
  ['complaint', 'planning.illegal.roof', 'rudong', '楼顶邻居私自加盖阳光房，下雨天漏水到我家。'],
  ['help', 'urban.refuse.rubble', 'rugao', '装修垃圾堆在路口一个星期没人运走，车子进不来。'],
  ['praise', 'urban.refuse.street', 'chongchuan', '表扬青年路的环卫工人，捡到钱包一直等到失主。'],
]

const PEOPLE = ['周小明', '徐丽', '顾建国', '陈阿姨', '陆先生', '沈敏', '吴师傅', '黄女士']

/** Makes them, and returns the number of one case at each stage. */
export async function lifeLike() {
  const names = [
    'city.calltaker1',
    'city.dispatcher',
    'rudong.urban_management.handler',
    'rudong.urban_management.signer',
    'city.reviewer',
    'city.callback1',
  ]
  const [taker, dispatcher, handler, signer, reviewer, caller] = await Promise.all(names.map(desk))
  const give = (who, number, command) => who('POST', `/cases/${number}/commands`, command)

  const accept = async (i, [kind, category, area, text] = MATTERS[i]) =>
    (
      await taker('POST', '/cases', {
        ...MATTER,
        kind,
        category,
        text,
        place: { area, address: MATTER.place.address },
        person: { name: PEOPLE[i], phone: `1391234567${i}` },
      })
    ).number
  const dispatch = async number => {
    const { main, assistants, copies } = await dispatcher('GET', `/cases/${number}/suggestion`)
    await give(dispatcher, number, { command: 'dispatch', main, assistants, copies, basis: { basis: 'judgement' } })
    return number
  }
  const sign = async number => {
    await give(handler, number, { command: 'sign', holding: 1 })
    await give(handler, number, { command: 'contact', holding: 1, reached: true })
    return number
  }
  const reply = async (number, text) => {
    await give(handler, number, { command: 'draft_reply', holding: 1, text, truth: true, solved: 'yes' })
    for (const _ of ['reviewer', 'signer']) await give(signer, number, { command: 'pass_step', holding: 1 })
    return number
  }
  const done = '已约谈店主并现场整改，桌椅全部收回店内；安排夜班队员每晚十点巡查一周，请市民监督。'

  for (const i of [1, 7, 4]) await accept(i)
  for (const i of [3, 6]) await dispatch(await accept(i))
  const closed = await reply(
    await sign(await dispatch(await accept(2))),
    '已扑灭火点，对当事人批评教育，并在村口增设禁烧宣传栏。',
  )
  await give(reviewer, closed, { command: 'accept_reply', holding: 1 })
  await give(caller, closed, { command: 'call_back', solved: 'yes', result: 'satisfied', attitude: 'satisfied' })
  await give(caller, closed, { command: 'close', outcome: 'solved' })
  const handling = await sign(await dispatch(await accept(5)))
  const handled = await reply(await sign(await dispatch(await accept(0))), done)
  const calling = await reply(await sign(await dispatch(await accept(0))), done)
  await give(reviewer, calling, { command: 'accept_reply', holding: 1 })
  await dispatch(await accept(6))
  const accepted = await accept(0)
  return { accepted, handling, handled, calling_back: calling, closed }
}
