import type { LiveCodeDefinition } from '../src/acquisition/draft'

/** Every field there is, none at its usual value. */
export const WHOLE: LiveCodeDefinition = {
  code: 'card-milk',
  title: '牛奶包裹卡',
  source: 'package_card',
  labels: { campaign: '618', product: 'milk' },
  expires: '2026-12-31T00:00:30+09:00',
  members: [
    { guide: 'zhang', name: '小张', weight: 3, dailyCap: 100, shifts: [{ days: ['mon', 'tue'], from: '09:00', to: '18:00' }] },
    {
      guide: 'li',
      shifts: [
        { days: ['fri', 'sat'], from: '22:00', to: '02:00' },
        { from: '08:00', to: '12:00' },
      ],
      dates: [{ day: '2026-10-01' }, { day: '2026-10-02', hours: [{ from: '10:00', to: '12:00' }, { from: '14:00', to: '16:00' }] }],
    },
  ],
  fallback: [{ guide: 'wang', dailyCap: 0 }],
  dailyCap: 500,
  burst: 7,
  skipVerify: false,
  remark: '{name|} -包裹卡 ',
  tags: ['包裹卡', 'a, b、c'],
  welcome: {
    text: '{name|您}好,\n我是{guide},送您{coupon}',
    coupon: 'new10',
    attachments: [
      { image: { mediaId: 'M1' } },
      { image: { url: 'https://e.cn/a.png' } },
      { link: { title: '新人礼', url: 'https://e.cn', description: '十元', picture: 'https://e.cn/p.png' } },
      { miniProgram: { appId: 'wx1', page: 'pages/a', title: '进店', cover: 'M2' } },
    ],
  },
  variants: [
    { variant: 'a', benefit: '送酸奶' },
    { variant: 'b', benefit: '减 10 元', welcome: { text: '您的 10 元已到账', attachments: [{ link: { title: 't', url: 'u' } }] } },
  ],
  oncePerOrder: true,
}
