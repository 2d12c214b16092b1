/** The login page: any name will do. `problem` says why the last one would not. */
export function loginPage({ problem, hint = '' }: { problem?: string; hint?: string | undefined }): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in</title>
<style>
  body { font: 1rem system-ui; max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
  input, button { font: inherit; width: 100%; box-sizing: border-box; margin-top: .5rem; padding: .5rem; }
  [role=alert] { color: #b00020; }
</style>
<h1>Sign in</h1>
<p>The local provider takes any name; there is no password. The name becomes the user's <code>sub</code>.</p>
${problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post">
  <label>Name <input name="login" value="${escapeHtml(hint)}" autocomplete="username" required autofocus></label>
  <button>Sign in</button>
  <button name="cancel" value="yes" formnovalidate>Cancel</button>
</form>
</html>
`;
}

/** Asks whether to sign out; `confirm` is where a yes is posted to. */
export function logoutQuestion(confirm: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign out</title>
<h1>Do you want to log out?</h1>
<form method="post" action="${escapeHtml(confirm)}"><button>Yes</button></form>
</html>
`;
}

/** What is shown where oidc-provider cannot send the browser back to the client. */
export function errorPage(parameters: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(parameters).map(([name, value]) => `<p>${escapeHtml(`${name}: ${value}`)}</p>`);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Error</title>\n<h1>Error</h1>\n${rows.join('\n')}\n</html>\n`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
