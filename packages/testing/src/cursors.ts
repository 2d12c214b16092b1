import { createCursors } from '@cloakroom/core';

/** Cursors under a key that is not in any table. */
export const testCursors = createCursors(async () => Buffer.alloc(32, 1));
