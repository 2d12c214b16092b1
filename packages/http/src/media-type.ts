import { MIMEType } from 'node:util';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = `${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*")`;

/** RFC 9110 §8.3.1 and §5.6.6, where a semicolon need not be followed by a parameter. Two types joined by a comma are none. */
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}[ \\t]*(?:;[ \\t]*(?:${PARAMETER}[ \\t]*)?)*$`);

const UTF_8: readonly (string | null)[] = [null, 'utf-8', 'utf8'];

/** Whether a `Content-Type` says that the body is JSON in UTF-8. Of the parameters, `charset` alone says something about it. */
export function isJsonType(contentType: string): boolean {
  return isTypeInUtf8('application/json', contentType);
}

/** The same of the fields of a form. */
export function isFormType(contentType: string): boolean {
  return isTypeInUtf8('application/x-www-form-urlencoded', contentType);
}

function isTypeInUtf8(type: string, contentType: string): boolean {
  const text = contentType.trim();
  if (!MEDIA_TYPE.test(text)) return false;
  const { essence, params } = new MIMEType(text);
  return essence === type && UTF_8.includes(params.get('charset')?.toLowerCase() ?? null);
}
