import { h, render, type VNode } from 'preact'
import { boxWords } from './drawing/boxes.ts'
import type { Node } from './drawing/element.ts'
import { localized, t, useTranslations } from './drawing/words.ts'
import { base64, pngOf, svgFile } from './export.ts'
import { hostOf, pageData } from './host.ts'
import { panel, viewOf } from './panel.ts'
import { boxAtPlace, initialState, isOtherRoot, type State, type ToPage, withAnswer } from './state.ts'

/** The page of the system map: one state, drawn anew after each change; events are distinguished by `data-action`. */

const data = pageData()
useTranslations(data.words ?? {})
const host = hostOf(data)
let state: State = { ...initialState, isAlone: host.isAlone }
let isDrawn = true

/** Text and attributes alone reach the page: nothing of a user's file is ever read as markup. */
const mounted = (node: Node): VNode | string =>
  typeof node === 'string' ? node : h(node.tag, { ...node.attributes }, ...node.children.map(mounted))

function set(change: Partial<State>): void {
  state = { ...state, ...change }
  if (!isDrawn) return
  isDrawn = false
  requestAnimationFrame(draw)
}

function draw(): void {
  isDrawn = true
  render(mounted(panel(state)), document.body)
  placeTip()
}

/** Style attributes are forbidden by the page's policy; the object model is not. */
function placeTip(): void {
  const element = document.querySelector<HTMLElement>('.tip')
  if (!element || !state.tip) return
  const { width, height } = element.getBoundingClientRect()
  element.style.left = `${Math.max(4, Math.min(state.tip.x + 14, innerWidth - width - 8))}px`
  element.style.top = `${Math.max(4, Math.min(state.tip.y + 16, innerHeight - height - 8))}px`
}

/** Of many regions only those near what is visible are drawn. */
const MANY = 600
const MARGIN = 1500

const mapOf = () => state.answer?.map

function receive(message: ToPage): void {
  if (message.type === 'map') {
    const { map } = message.answer ?? {}
    const isFirst = map !== undefined && isOtherRoot(mapOf(), map)
    const isLarge = MANY <= (map?.boxes.length ?? 0)
    const window = isLarge ? (state.window ?? { top: 0, bottom: 2 * MARGIN }) : undefined
    set({ ...withAnswer(state, message.answer), tip: undefined, window })
    if (isFirst) requestAnimationFrame(() => requestAnimationFrame(showGravest))
    return
  }
  const map = mapOf()
  if (!map) return
  if (message.type === 'hover') {
    const { tip } = state
    if (tip?.box === message.box && message.blocks.length > 0) set({ tip: { ...tip, blocks: message.blocks } })
    return
  }
  const selected = boxAtPlace(map, message.place)
  if (selected === state.selected) return
  set({ selected })
  if (selected !== undefined) requestAnimationFrame(() => elementOf(selected)?.scrollIntoView({ block: 'nearest' }))
}

/** A system begins at its top; what one must not overlook is seen without scrolling. */
const showGravest = (): void => {
  const lost = document.querySelector('.losses .loss.error, .losses .loss.warning')
  const shown = state.selected === undefined ? lost : elementOf(state.selected)
  document.querySelector('.scroll')?.scrollTo({ top: 0 })
  shown?.scrollIntoView({ block: 'center' })
}

const elementOf = (box: number): SVGGElement | null => document.querySelector(`[data-box="${box}"]`)

const ZOOMS = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8]

function zoom(by: 1 | -1): void {
  const now = ZOOMS.findIndex(each => each >= state.zoom)
  set({ zoom: ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, now + by))] ?? 1 })
}

function setStage(stage: number): void {
  const count = mapOf()?.stages.length ?? 0
  if (stage < 0 || count <= stage) return
  set({ stage, tip: undefined })
  requestAnimationFrame(() =>
    document.querySelector('.ticks [aria-pressed="true"]')?.scrollIntoView({ block: 'nearest' }),
  )
}

function reveal(box: number): void {
  set({ selected: box })
  const place = mapOf()?.boxes[box]?.place
  if (place) host.send({ type: 'reveal', place })
}

function revealFinding(index: number): void {
  const finding = mapOf()?.findings[index]
  if (finding?.boxes[0] !== undefined) set({ selected: finding.boxes[0] })
  if (finding?.place) host.send({ type: 'reveal', place: finding.place })
}

async function save(format: 'svg' | 'png'): Promise<void> {
  const map = mapOf()
  if (!map) return
  const view = viewOf(state, map)
  const name = `${localized(map.title)} ${map.stages[state.stage]?.title ?? ''}`.replace(/[^\w.-]+/g, '-').slice(0, 100)
  host.send({ type: 'save', name, format, data: format === 'svg' ? base64(svgFile(view)) : await pngOf(view) })
}

const actions: Readonly<Record<string, (element: HTMLElement) => void>> = {
  devices: () => set({ showDevices: !state.showDevices }),
  guest: () => set({ isGuest: !state.isGuest }),
  table: () => set({ asTable: !state.asTable }),
  'zoom-in': () => zoom(1),
  'zoom-out': () => zoom(-1),
  svg: () => void save('svg'),
  png: () => void save('png'),
  stage: ({ dataset }) => setStage(Number(dataset.stage)),
  box: ({ dataset }) => reveal(Number(dataset.target)),
  finding: ({ dataset }) => revealFinding(Number(dataset.target)),
}

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return
  const box = target.closest<SVGGElement>('[data-box]')
  if (box) return reveal(Number(box.dataset.box))
  const loss = target.closest<SVGGElement>('[data-finding]')
  if (loss) return revealFinding(Number(loss.dataset.finding))
  const element = target.closest<HTMLElement>('[data-action]')
  actions[element?.dataset.action ?? '']?.(element!)
})

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return
  if (target.dataset.action === 'stage-slider') setStage(Number(target.value))
  if (target.dataset.action === 'query') ask(target.value)
  if (target.dataset.action === 'commands') state = { ...state, commands: target.value }
})

/** Where the address stands is seen without scrolling. */
function ask(query: string): void {
  set({ query })
  requestAnimationFrame(() => document.querySelector('svg.map .query')?.scrollIntoView({ block: 'nearest' }))
}

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || target.dataset.action !== 'alternative') return
  host.send({ type: 'ask', alternative: Number(target.value), commands: state.commands })
})

document.addEventListener('keydown', event => {
  const { target, key } = event
  if (key === 'Escape' && state.tip) {
    set({ tip: undefined })
    return
  }
  if (!(target instanceof Element)) return
  if (key === 'Enter' && (target as HTMLElement).dataset.action === 'commands')
    host.send({ type: 'ask', alternative: state.answer?.chosen ?? 0, commands: state.commands })
  const box = target.closest<SVGGElement>('[data-box]')
  if (box) onBoxKey(event, box)
})

/** Up and down within a lane, left and right to the next lane, as far as they are drawn. */
function onBoxKey(event: KeyboardEvent, box: SVGGElement): void {
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    reveal(Number(box.dataset.box))
    return
  }
  const next = neighbourOf(box, event.key)
  if (!next) return
  event.preventDefault()
  focusBox(next)
}

function neighbourOf(box: SVGGElement, key: string): SVGGElement | undefined {
  const lanes = [...document.querySelectorAll('svg.map .boxes')].filter(lane => lane.childElementCount > 0)
  const lane = lanes.findIndex(each => each.contains(box))
  const inLane = [...(lanes[lane]?.children ?? [])] as SVGGElement[]
  const at = inLane.indexOf(box)
  if (key === 'ArrowDown') return inLane[at + 1]
  if (key === 'ArrowUp') return inLane[at - 1]
  if (key === 'Home') return inLane[0]
  if (key === 'End') return inLane.at(-1)
  const other = key === 'ArrowRight' ? lanes[lane + 1] : key === 'ArrowLeft' ? lanes[lane - 1] : undefined
  const y = box.getBoundingClientRect().y
  const distance = (each: Element) => Math.abs(each.getBoundingClientRect().y - y)
  return ([...(other?.children ?? [])] as SVGGElement[]).sort((a, b) => distance(a) - distance(b))[0]
}

function focusBox(box: SVGGElement): void {
  set({ selected: Number(box.dataset.box) })
  box.focus()
  box.scrollIntoView({ block: 'nearest' })
}

/** Tab comes to the selected region, or else to the first. */
document.addEventListener('focusin', ({ target }) => {
  const box = target instanceof Element && target.closest<SVGGElement>('[data-box]')
  if (!box) return
  const { x, y, height } = box.getBoundingClientRect()
  if (box.matches(':focus-visible')) showTip(Number(box.dataset.box), x, y + height)
})

document.addEventListener('pointerover', ({ target, clientX, clientY, pointerType }) => {
  if (pointerType === 'touch' || !(target instanceof Element)) return
  const box = target.closest<SVGGElement>('svg.map [data-box]')
  if (box) showTip(Number(box.dataset.box), clientX, clientY)
  else if (state.tip) set({ tip: undefined })
})

function showTip(box: number, x: number, y: number): void {
  const map = mapOf()
  if (!map || state.tip?.box === box) return
  set({ tip: { box, x, y, words: boxWords(viewOf(state, map), box) } })
  const place = map.boxes[box]?.place
  if (place) host.send({ type: 'hover', box, place })
}

document.addEventListener(
  'scroll',
  () => {
    if (state.tip) set({ tip: undefined })
    watchWindow()
  },
  true,
)

document.addEventListener(
  'wheel',
  event => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoom(event.deltaY < 0 ? 1 : -1)
  },
  { passive: false },
)

function watchWindow(): void {
  const scroll = document.querySelector<HTMLElement>('.scroll')
  const map = mapOf()
  if (!scroll) return
  if (!map || map.boxes.length < MANY) {
    if (state.window) set({ window: undefined })
    return
  }
  const top = scroll.scrollTop
  const { window } = state
  const isDrawnThere =
    window && window.top <= Math.max(0, top - 300) && top + scroll.clientHeight + 300 <= window.bottom
  if (!isDrawnThere) set({ window: { top: Math.max(0, top - MARGIN), bottom: top + scroll.clientHeight + MARGIN } })
}

function measure(): void {
  const scroll = document.querySelector<HTMLElement>('.scroll')
  const width = scroll?.clientWidth ?? document.documentElement.clientWidth
  if (width > 0 && width !== state.width) set({ width })
  watchWindow()
}

addEventListener('resize', measure)
host.start(message => {
  receive(message)
  requestAnimationFrame(measure)
})
document.title = t('System map')
draw()
