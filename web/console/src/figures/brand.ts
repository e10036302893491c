import { computed } from 'vue'
import { useAnswer } from '../server/answer'
import { ask } from '../server/call'
import type { Overview } from '../server/shapes'
import { effectScope } from 'vue'

// One for the whole console: every page writes amounts in the brand's currency and days in its zone.
const scope = effectScope(true)
const answer = scope.run(() => useAnswer((signal) => ask<Overview>('/overview', {}, signal)))!

export const brand = answer
export const currency = computed(() => answer.value.value?.currency ?? 'CNY')
export const zone = computed(() => answer.value.value?.zone ?? 'Asia/Shanghai')
