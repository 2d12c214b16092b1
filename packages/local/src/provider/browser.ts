/** What a browser shows once it is not sent on any more. */
export interface Page {
  readonly url: URL;
  /** Empty where the browser has arrived at `stopAt`, which it does not ask for. */
  readonly html: string;
  readonly status: number;
}

/** As much of a browser as a sign-in needs: it keeps the cookies of one provider, follows redirects and posts forms. */
export interface Browser {
  /** How many forms it has posted. */
  readonly posted: number;
  /** Opens an address and goes where it is sent, until there is a page, or an address that begins with `stopAt`. */
  open(url: string | URL, stopAt: string): Promise<Page>;
  /**
   * Posts the form of a page, with these fields and its hidden ones.
   *
   * @throws Error when the page has no form
   */
  submit(page: Page, fields: Readonly<Record<string, string>>, stopAt: string): Promise<Page>;
}

const MAX_REDIRECTS = 10;

/** Cookies are kept by name alone: two providers, or two realms of one, want a browser each. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  let posted = 0;

  async function go(start: URL, form: URLSearchParams | undefined, stopAt: string): Promise<Page> {
    let url = start;
    let body = form;
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      if (url.href.startsWith(stopAt)) return { url, html: '', status: 0 };
      const response = await request(url, body);
      const location = response.headers.get('location');
      const html = await response.text();
      if (location === null) return { url, html, status: response.status };
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error('the provider redirects in circles');
  }

  async function request(url: URL, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const method = form === undefined ? {} : { method: 'POST', body: form };
    const response = await fetch(url, { ...method, redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    get posted() {
      return posted;
    },
    open: (url, stopAt) => go(new URL(url), undefined, stopAt),
    async submit(page, fields, stopAt) {
      const { action, hidden } = readForm(page);
      posted += 1;
      return go(action, new URLSearchParams({ ...hidden, ...fields }), stopAt);
    },
  };
}

/** Where the only form of a page is posted to, and what it holds that nobody sees. */
function readForm({ url, html }: Page): { action: URL; hidden: Readonly<Record<string, string>> } {
  const form = /<form\b([^>]*)>/.exec(html);
  if (form === null) throw new Error(`${url.pathname} shows no form`);
  const inputs = [...html.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
  const hidden = inputs.filter((input) => attributeOf(input, 'type') === 'hidden');
  return {
    action: new URL(attributeOf(form[1] ?? '', 'action') ?? url, url),
    hidden: Object.fromEntries(hidden.map((input) => [attributeOf(input, 'name'), attributeOf(input, 'value') ?? ''])),
  };
}

function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
