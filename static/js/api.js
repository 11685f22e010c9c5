/**
 * Requests to the site's API, which speaks JSON.
 */

/** Codes of our own, beside those of the server. */
export const UNREACHABLE = "unreachable";
export const UNREADABLE = "unreadable";
export const TOO_SLOW = "too_slow"; // so much was sent that there was no time left for the answer

const LONGEST_WAIT = 15_000; // ms, and what the body takes to get there:
const SLOWEST = 10; // characters a ms, which is 80 kbit/s
const LARGE = 100_000; // characters: a smaller body is not what has taken so long

/** What the server answered, or that it did not: `code` is for programs, `message` for people. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} [status]  0 without an answer
   * @param {number} [retryAfter]  ms that the server asks us to wait, 0 where it does not say
   */
  constructor(code, message, status = 0, retryAfter = 0) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /**
   * Whether the same may well succeed later: no answer, one that is not from our server (the portal of a hotel says 200
   * to everything, the filter of a school 403), a server that is away or busy, or too much at a time. Whoever says that
   * the request is too large will say so again.
   */
  get isPassing() {
    if (this.status === 413) return false;
    return this.code === UNREADABLE || this.status < 400 || this.status >= 500 || this.status === 429;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {{body?: object | URLSearchParams, headers?: Record<string, string>, credentials?: RequestCredentials, cache?: RequestCache}} [options]
 * @returns {Promise<any>} the JSON of the answer; null where there is none
 * @throws {ApiError}
 */
export async function request(method, url, { body, headers = {}, credentials = "same-origin", cache } = {}) {
  const isJson = body !== undefined && !(body instanceof URLSearchParams);
  const sent = isJson ? JSON.stringify(body) : body;
  const response = await reach(url, String(sent ?? "").length, {
    method,
    credentials,
    cache,
    headers: { Accept: "application/json", ...(isJson && { "Content-Type": "application/json" }), ...headers },
    body: sent,
  });
  const content = await read(response);
  if (response.ok) return content;
  const { code = UNREADABLE, message = "" } = content?.error ?? {};
  throw new ApiError(code, message, response.status, 1000 * (Number(response.headers.get("Retry-After")) || 0));
}

/** @param {string} url @param {number} size  of the body, in characters @param {RequestInit} options */
async function reach(url, size, options) {
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(LONGEST_WAIT + Math.ceil(size / SLOWEST)) });
  } catch (error) {
    const isTooSlow = error.name === "TimeoutError" && size > LARGE;
    throw new ApiError(isTooSlow ? TOO_SLOW : UNREACHABLE, String(error));
  }
}

/** A proxy's error page is no JSON: then the status has to do. */
async function read(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (error) {
    if (response.ok) throw new ApiError(UNREADABLE, String(error), response.status);
    return null;
  }
}
