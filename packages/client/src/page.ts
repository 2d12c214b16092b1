/** What the client does with the page that it runs in. */
export interface Page {
  address(): URL;
  /** Leaves the page, or loads it anew. */
  goTo(address: string): void;
  /** Shows another address without going there. */
  rename(address: URL): void;
  isVisible(): boolean;
  /** Resolves when the person turns to the page, which they do not look at. */
  whenVisible(): Promise<void>;
  /** Calls back whenever the back-forward cache has brought the page back. */
  onRestored(listener: () => void): void;
  /** Whether it was loaded by going back or forward. */
  readonly isRevisited: boolean;
  /** Outlasts a navigation, in this tab alone. Undefined where the browser keeps nothing. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
}

/** The page of this window. */
export function createPage(): Page {
  const [loaded] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const isVisible = () => document.visibilityState === 'visible';
  return {
    address: () => new URL(location.href),
    goTo(address) {
      const here = location.href;
      const there = new URL(address, here).href;
      location.assign(there);
      // Where only the fragment differs, a browser loads nothing.
      if (withoutFragment(there) === withoutFragment(here)) location.reload();
    },
    rename: (address) => history.replaceState(history.state, '', address),
    isVisible,
    whenVisible: () =>
      new Promise((resolve) => document.addEventListener('visibilitychange', () => isVisible() && resolve())),
    onRestored: (listener) => addEventListener('pageshow', ({ persisted }) => persisted && listener()),
    isRevisited: loaded?.type === 'back_forward',
    storage: storageOfTab(),
  };
}

function withoutFragment(address: string): string | undefined {
  return address.split('#')[0];
}

/** A browser that blocks cookies throws at the mere name. */
function storageOfTab(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
