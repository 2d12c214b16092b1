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
</form>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
