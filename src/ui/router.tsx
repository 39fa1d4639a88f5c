import { Outlet, RouterProvider, createRootRoute, createRoute, createRouter, useLocation } from '@tanstack/react-router';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Suspense, createContext, lazy, useContext, useEffect, useRef } from 'react';
import type { ComponentType, ReactNode } from 'react';
import { Empty } from './parts/empty.tsx';
import { Notice } from './parts/notice.tsx';
import { PageBody } from './parts/sheet.tsx';
import { Skeleton } from './parts/skeleton.tsx';
import { Button } from './parts/button.tsx';
import { refusalOf } from './client.ts';
import { Go, useGo } from './go.tsx';
import { usePageTitle } from './page-title.ts';
import type { PaletteEntry } from './overlays/palette-entries.ts';
import type { MenuEntry } from './frame/frame.tsx';
import type { Person } from './session.ts';
import { uiWords } from './ui-words.ts';
import { useText, useWords } from './words.ts';

interface Text {
  ru: string;
  en: string;
}

/** What a module's screens declare, as `src/modules/screens.ts` has it; said again here since ui stands below the modules. */
export interface Places {
  name: string;
  pages?: readonly {
    path: string;
    component: ComponentType;
    roles: readonly string[];
    menu?: { text: Text; icon: ComponentType<{ size?: number; stroke?: number }>; order: number };
    title: Text;
  }[];
  tabs?: readonly { key: string; text: Text; order: number; component: ComponentType<{ patient: string }> }[];
  tiles?: readonly { key: string; order: number; column: 'main' | 'side'; component: ComponentType<{ patient: string }> }[];
  commands?: readonly { text: Text; keywords?: string; roles: readonly string[]; path: string }[];
}

interface Program {
  screens: readonly Places[];
  person: Person | undefined;
}

const ProgramContext = createContext<Program>({ screens: [], person: undefined });

/** Gives the pages their program: what the modules declared and who is signed in. */
export function ProgramProvider({ screens, person, children }: Program & { children: ReactNode }) {
  return <ProgramContext value={{ screens, person }}>{children}</ProgramContext>;
}

/** Who is signed in; pages are drawn only when someone is. */
export function usePerson(): Person {
  const { person } = useContext(ProgramContext);
  if (!person) throw new Error('usePerson outside of a signed-in program');
  return person;
}

/** Tabs of the card that the modules added, in their order. */
export function useTabs() {
  return useContext(ProgramContext).screens.flatMap((screens) => screens.tabs ?? []).sort((a, b) => a.order - b.order);
}

/** Tiles of the card's first page (or of the patient's page), in their order. */
export function useTiles(column: 'main' | 'side') {
  return useContext(ProgramContext).screens.flatMap((screens) => screens.tiles ?? []).filter((tile) => tile.column === column).sort((a, b) => a.order - b.order);
}

/** A page whose code comes when it is first opened: `lazyPage(() => import('./board.tsx'), 'Board')`. */
export function lazyPage<K extends string>(load: () => Promise<Readonly<Record<K, ComponentType>>>, name: K): ComponentType {
  const Page = lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[name] }));
  return function LazyPage() {
    return <Page />;
  };
}

/** The rail or the bar of a person: the pages of the role that have a menu entry. */
export function useMenu(screens: readonly Places[], role: string): MenuEntry[] {
  const text = useText();
  return menuOf(screens, role).map((page) => ({ path: page.path, text: text(page.menu.text), icon: page.menu.icon }));
}

function menuOf(screens: readonly Places[], role: string) {
  return screens
    .flatMap((one) => one.pages ?? [])
    .flatMap((page) => (page.menu && page.roles.includes(role) ? [{ ...page, menu: page.menu }] : []))
    .sort((a, b) => a.menu.order - b.menu.order);
}

/** Commands and menu pages of a role, for the palette. */
export function useCommands(screens: readonly Places[], role: string): PaletteEntry[] {
  const text = useText();
  const pages = menuOf(screens, role).map((page) => ({ key: page.path, text: text(page.title), path: page.path }));
  const commands = screens.flatMap((one) => one.commands ?? []).filter((command) => command.roles.includes(role));
  return [...commands.map((command) => ({ key: `${command.path} ${command.text.en}`, text: text(command.text), path: command.path, ...(command.keywords ? { keywords: command.keywords } : {}) })), ...pages];
}

/**
 * The router of a program. `shell` draws the frame around `children` (or the sign-in page when nobody is signed in); pages of other
 * roles answer with a word, unknown addresses teach the way back; `/` leads to the first page of the menu unless a module has it.
 */
export function buildRouter({ screens, basepath = '/', shell: Shell }: { screens: readonly Places[]; basepath?: string; shell: ComponentType<{ children: ReactNode }> }) {
  const root = createRootRoute({ component: () => <Shell><PageOutlet /></Shell>, notFoundComponent: NotFound });
  const pages = screens.flatMap((one) => one.pages ?? []);
  const routes = pages.map((page) =>
    createRoute({
      getParentRoute: () => root,
      path: page.path,
      component: () => <PagePlace page={page} screens={screens} />,
      errorComponent: Broken,
    }),
  );
  if (!pages.some((page) => page.path === '/')) {
    routes.push(
      createRoute({
        getParentRoute: () => root,
        path: '/',
        component: () => <FirstPlace screens={screens} />,
        errorComponent: Broken,
      }) as never,
    );
  }
  return createRouter({ routeTree: root.addChildren(routes), basepath, defaultPreload: false, scrollRestoration: true, defaultErrorComponent: Broken });
}

export type ProgramRouter = ReturnType<typeof buildRouter>;

export { RouterProvider };

/** Draws the current page; a new address starts at the top with the focus on the content, so that readers say where one is. */
function PageOutlet() {
  const { pathname } = useLocation();
  useEffect(() => {
    const content = document.getElementById('content');
    if (content && !content.contains(document.activeElement)) content.focus({ preventScroll: true });
  }, [pathname]);
  return <Suspense fallback={<PageBody><Skeleton lines={8} /></PageBody>}><Outlet /></Suspense>;
}

function PagePlace({ page, screens }: { page: NonNullable<Places['pages']>[number]; screens: readonly Places[] }) {
  const text = useText();
  const { person } = useContext(ProgramContext);
  usePageTitle(text(page.title));
  // The bare address is everybody's: whose work begins elsewhere is led there.
  if (person && !page.roles.includes(person.role)) return page.path === '/' ? <FirstPlace screens={screens} /> : <NotYours />;
  return <page.component />;
}

/** The first place when the address is bare: where the person's work begins, found again after a sign-in. */
function FirstPlace({ screens }: { screens: readonly Places[] }) {
  const t = useWords(uiWords);
  const { person } = useContext(ProgramContext);
  const first = person ? menuOf(screens, person.role)[0] : undefined;
  const to = first?.path;
  const go = useGo();
  usePageTitle('');
  // Once for each place: while the way there is under way this is drawn again and again, and to go again each time would never end.
  const gone = useRef<string>(undefined);
  useEffect(() => {
    if (to === undefined || gone.current === to) return;
    gone.current = to;
    go(to, { replace: true });
  });
  if (to !== undefined) return <PageBody><Skeleton lines={8} /></PageBody>;
  return <PageBody kind="reading"><Empty title={t.noPages}>{t.noPagesText}</Empty></PageBody>;
}

function NotYours() {
  const t = useWords(uiWords);
  return <PageBody kind="reading"><Notice tone="attention" title={t.notYours} actions={<Go to="/">{t.home}</Go>}>{t.notYoursText}</Notice></PageBody>;
}

function NotFound() {
  const t = useWords(uiWords);
  usePageTitle(t.notFound);
  return <PageBody kind="reading"><h1>{t.notFound}</h1><p>{t.notFoundText}</p><p><Go to="/">{t.home}</Go></p></PageBody>;
}

function Broken({ error, reset }: ErrorComponentProps) {
  const t = useWords(uiWords);
  usePageTitle(t.broken);
  return <PageBody kind="reading"><Notice tone="danger" title={t.broken} actions={<Button small onClick={reset}>{t.reloadPage}</Button>}>{refusalOf(error).sentence}</Notice></PageBody>;
}
