/** Where a form is posted to, and what it holds that nobody sees. */
export interface Form {
  readonly action: URL;
  readonly hidden: Readonly<Record<string, string>>;
}

/**
 * The first form of a page.
 *
 * @throws Error when the page has none
 */
export function readForm({ url, html }: { readonly url: URL; readonly html: string }): Form {
  const [, head, content = ''] = /<form\b([^>]*)>(.*?)(?:<\/form>|$)/s.exec(html) ?? [];
  if (head === undefined) throw new Error(`${url.pathname} shows no form`);
  const inputs = [...content.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
  const hidden = inputs.filter((input) => attributeOf(input, 'type') === 'hidden');
  return {
    action: new URL(attributeOf(head, 'action') ?? url, url),
    hidden: Object.fromEntries(hidden.map((input) => [attributeOf(input, 'name'), attributeOf(input, 'value') ?? ''])),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function attributeOf(tag: string, name: string): string | undefined {
  const text = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
  return text?.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
