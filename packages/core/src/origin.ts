/** Of web addresses that never are an `Origin`: such documents send `null`, or open no page. */
const NO_ORIGINS = /^(about|blob|data|file|filesystem|ftp|javascript|wss?):/;
/** Of an app's web view or an extension. No port and no letter case is the parser's to rewrite there: it leaves the host alone. */
const APP_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/;

/**
 * Whether text is an origin exactly as it is sent in `Origin` (RFC 6454 §6.2): `https://app.example.com`,
 * `capacitor://localhost`, `chrome-extension://<id>`. No path, no pattern, nothing that a URL parser would rewrite.
 */
export function isExactOrigin(text: string): boolean {
  if (text.includes('*') || !URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  if (protocol === 'https:' || protocol === 'http:') return origin === text;
  return !NO_ORIGINS.test(text) && APP_ORIGIN.test(text);
}
