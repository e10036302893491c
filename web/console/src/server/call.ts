import { ref } from 'vue'
import type { Problem } from './shapes'

/** Turns true when the server no longer knows this browser's session. */
export const sessionLost = ref(false)

/** The server's "no", with its reason. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail)
  }
}

export type Parameters = Record<string, string | number | boolean>

/** Asks the server; nothing changes there. */
export function ask<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]))
  return send<T>(`/api/v1${path}${query.size > 0 ? `?${query}` : ''}`, { signal: signal ?? null })
}

/** Tells the server something. The header is what no other site can add to a request of this browser. */
export function tell<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return send<T>(`/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Requested-By': 'console' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  })
}

/** The same with a definition as its author wrote it, YAML or JSON. */
export function tellWritten<T>(path: string, written: string): Promise<T> {
  return send<T>(`/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/yaml', 'X-Requested-By': 'console' },
    body: written,
  })
}

/** The same, where the answer is a file. */
export function tellForFile(path: string, body: unknown, signal?: AbortSignal): Promise<Blob> {
  return send<Blob>(
    `/api/v1${path}`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-By': 'console' },
      body: JSON.stringify(body),
      signal: signal ?? null,
    },
    true,
  )
}

/** Has the server keep something in the place of what was there. */
export function replace<T>(path: string, body: unknown): Promise<T> {
  return send<T>(`/api/v1${path}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'X-Requested-By': 'console' },
    body: JSON.stringify(body),
  })
}

/** Hands the server a file as it is. */
export function hand<T>(path: string, parameters: Parameters, file: Blob): Promise<T> {
  const query = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]))
  return send<T>(`/api/v1${path}?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', 'X-Requested-By': 'console' },
    body: file,
  })
}

/** Has the server take something away. */
export function remove(path: string): Promise<void> {
  return send<void>(`/api/v1${path}`, { method: 'DELETE', headers: { 'X-Requested-By': 'console' } })
}

async function send<T>(url: string, request: RequestInit, file = false): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, { ...request, credentials: 'same-origin' })
  } catch (failure) {
    if (request.signal?.aborted) {
      throw failure
    }
    throw new Refusal({ title: '', status: 0, code: 'unreachable', detail: '' })
  }
  if (response.status === 401) {
    sessionLost.value = true
  }
  if (response.status === 204) {
    return undefined as T
  }
  const type = response.headers.get('Content-Type') ?? ''
  if (response.ok && file) {
    return (await response.blob()) as T
  }
  if (response.ok && type.includes('json')) {
    return (await response.json()) as T
  }
  if (type.includes('problem+json')) {
    throw new Refusal((await response.json()) as Problem)
  }
  throw new Refusal({
    title: response.statusText,
    status: response.status,
    code: 'unexpected',
    detail: `HTTP ${response.status} ${response.statusText}`,
  })
}
