import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTHORIZER, uriOf } from './attachment-changes.ts';

/** What `terraform output -json` would print of a stack, in a file. */
export class OutputsFile {
  readonly path = join(mkdtempSync(join(tmpdir(), 'cloakroom-doctor-')), 'outputs.json');
  #values: object = { AuthorizerInvokeArn: uriOf(`${AUTHORIZER}:live`) };

  /** Sets some of them, and leaves the others; `undefined` takes one away. */
  set(values: object): void {
    this.#values = { ...this.#values, ...values };
    const told = Object.entries(this.#values).map(([name, value]) => [name, { sensitive: false, value }]);
    writeFileSync(this.path, JSON.stringify(Object.fromEntries(told)));
  }
}
