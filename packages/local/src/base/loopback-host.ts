/**
 * Whether a Host header names this machine. Anything else is a web page's name that was made to resolve to it: the browser
 * then takes what listens here for a part of that page.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/.test(host ?? '');
}
