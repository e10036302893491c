// Canvas can not read CSS variables; these are look.css's colours and the ones only charts use.
export const letters = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Zen Hei',sans-serif"
export const ink = '#10292e'
export const inkSoft = '#4a6268'
export const line = '#e1e9ea'
export const water = '#0b7a86'
export const waterMid = '#4ba7ae'
export const waterPale = '#d8ecee'
export const waterMist = '#f1f8f8'
/** Lies over the bars it points at, so it lets them through. */
export const pointed = 'rgba(11, 122, 134, 0.08)'
export const waterDeep = '#064a52'
export const sand = '#d9b27a'

/** From the freshest state to the coldest. */
export const lifecycleColours: Record<string, string> = {
  registered: '#a9bdc1',
  just_ordered: '#35b3a5',
  repurchase_window: '#1c98a0',
  existing: '#0b7a86',
  at_risk: '#e0a64b',
  just_lost: '#d48345',
  lapsed: '#b9806e',
  dormant: '#8c8a9c',
  silent: '#6a7488',
}

export const reasonColours: Record<string, string> = {
  sent: '#0b7a86',
  hold_out: '#7fa8d1',
  no_address: '#c3cdcf',
  no_consent: '#dcc9a4',
  withdrawn: '#d99b5f',
  not_a_contact: '#b3a8cc',
  frequency_cap: '#e3bb55',
  quiet_hours: '#8d9fc4',
  overtaken: '#a6c4b4',
  late: '#c9b79c',
  erased: '#5f6b6e',
  merged: '#93a2a6',
  refused: '#c0554d',
}
export const otherReason = '#8aa0a4'

export const axisText = { color: inkSoft, fontSize: 12, fontFamily: letters }
