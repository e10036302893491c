import { test as base, expect, type BrowserContext } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { history, NOW, type Event } from './brand'

const ROOT = resolve(import.meta.dirname, '../../..')

/** A real server with a folder of its own. */
export class House {
  private said = ''
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  url = ''
  link = ''
  private token = ''

  static async open(): Promise<House> {
    const java = join(process.env['JAVA_HOME'] ?? '', 'bin/java')
    const classes = join(ROOT, 'server/target/classes')
    const rest = join(ROOT, 'server/target/classpath')
    if (!existsSync(java) || !existsSync(rest)) {
      throw new Error(`Needs JAVA_HOME (a JDK 25) and a built server (./huoshui test does both); looked for ${java} and ${rest}.`)
    }
    const folder = mkdtempSync(join(tmpdir(), 'huoshui-console-'))
    const server = spawn(
      java,
      [
        '--enable-native-access=ALL-UNNAMED',
        '--sun-misc-unsafe-memory-access=allow',
        '-XX:+UseSerialGC',
        '-Xmx384m',
        `-Dhuoshui.home=${ROOT}`,
        '-Dstderr.encoding=UTF-8',
        '-cp',
        `${classes}:${readFileSync(rest, 'utf8').trim()}`,
        'io.huoshui.server.Huoshui',
        '--data-dir',
        join(folder, 'data'),
        '--port',
        '0',
        '--virtual-from',
        NOW,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const house = new House(server, folder)
    try {
      await house.ready()
    } catch (failure) {
      await house.close()
      throw failure
    }
    return house
  }

  /** The last thing a start prints is the one-time link; the token is in the folder by then. */
  private ready(): Promise<void> {
    return new Promise((done, failed) => {
      const hear = (chunk: Buffer) => {
        this.said += chunk.toString('utf8')
        const link = /(http:\S+\/console\/enter\?code=\S+)\s/.exec(this.said)?.[1]
        if (link && this.link === '') {
          const announced = JSON.parse(readFileSync(join(this.folder, 'data/run/server.json'), 'utf8')) as { url: string; token: string }
          this.link = link
          this.url = announced.url
          this.token = announced.token
          done()
        }
      }
      this.process.stderr?.on('data', hear)
      this.process.stdout?.on('data', hear)
      this.process.once('error', failed)
      this.process.once('exit', (code) => failed(new Error(`The server ended with ${code}:\n${this.said}`)))
    })
  }

  async ask<T>(path: string): Promise<T> {
    return (await this.send('GET', path)) as T
  }

  async tell<T>(path: string, body: unknown): Promise<T> {
    return (await this.send('POST', path, JSON.stringify(body))) as T
  }

  async keep<T>(path: string, body: unknown): Promise<T> {
    return (await this.send('PUT', path, JSON.stringify(body))) as T
  }

  private async send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json', ...headers },
      body: body ?? null,
    })
    const text = await response.text()
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text}`)
    }
    return JSON.parse(text)
  }

  /** Sends events of a new source. */
  async take(source: string, events: Event[]): Promise<void> {
    const { writeKey } = await this.tell<{ writeKey: string }>('/sources', { name: source })
    const verdicts = (await this.send('POST', '/events', events.map((event) => JSON.stringify(event)).join('\n'), {
      Authorization: `Bearer ${writeKey}`,
      'Content-Type': 'application/x-ndjson',
      Prefer: 'return=minimal',
    })) as { accepted: number }
    expect(verdicts, `events of ${source}`).toEqual({ accepted: events.length, duplicate: 0, rejected: 0, items: [] })
  }

  /** Sends the brand's history in through the front door. */
  async furnish(): Promise<void> {
    for (const [source, events] of Object.entries(history())) {
      await this.take(source, events)
    }
    await this.tell('/segments', { name: 'lapsed', text: 'lifecycle lapsed' })
    await this.tell('/audiences', { name: 'lapsed_july', segment: 'lapsed' })
    await this.tell('/templates', { name: 'come_back', channel: 'wecom', text: '好久不见', sender: 'guide', costFen: 5 })
    await this.tell('/journeys', {
      journey: 'recall',
      title: '沉睡召回',
      entry: { audience: 'lapsed_july' },
      holdOut: 30,
      goal: { event: 'order_paid', within: '30d', exits: true },
      steps: [{ id: 'first', send: 'come_back' }, { id: 'done', exit: true }],
    })
    await this.tell('/journeys/recall/launch', {})
    await this.tell('/clock', { to: new Date(Date.parse(NOW) + 86_400_000).toISOString() })
  }

  async close(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((done) => this.process.once('exit', done))
      this.process.kill('SIGTERM')
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** What a page did that a user would not see. */
export interface Watch {
  /** Console errors and uncaught exceptions. */
  errors: string[]
  /** Requests to anywhere but the server. */
  foreign: string[]
}

interface Tests {
  watch: Watch
}
interface Shared {
  house: House
  session: Awaited<ReturnType<BrowserContext['storageState']>>
}

export const test = base.extend<Tests, Shared>({
  house: [
    async ({}, use) => {
      const house = await House.open()
      try {
        await house.furnish()
        await use(house)
      } finally {
        await house.close()
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  // The link works once, so one visit opens the door for all tests.
  session: [
    async ({ browser, house }, use) => {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(house.link)
      await page.waitForURL(`${house.url}/console/**`)
      const session = await context.storageState()
      await context.close()
      await use(session)
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  storageState: ({ session }, use) => use(session),
  baseURL: ({ house }, use) => use(house.url),
  watch: [
    async ({ context, house }, use) => {
      const watch: Watch = { errors: [], foreign: [] }
      context.on('console', (message) => {
        if (message.type() === 'error') {
          watch.errors.push(message.text())
        }
      })
      context.on('weberror', (error) => watch.errors.push(String(error.error())))
      context.on('request', (request) => {
        if (!request.url().startsWith(`${house.url}/`) && !request.url().startsWith('data:')) {
          watch.foreign.push(request.url())
        }
      })
      await use(watch)
      expect(watch.foreign, 'requests that left the origin').toEqual([])
      expect(watch.errors, 'console errors').toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
