import type { Page } from 'playwright-core';

export type Size = 'desk' | 'phone';

/** What is photographed: who looks at which page, and what he does before. The name is the file's. */
export interface Scene {
  name: string;
  login?: string;
  path?: string;
  sizes?: readonly Size[];
  themes?: readonly ('light' | 'dark')[];
  english?: boolean;
  act?: (page: Page, url: string) => Promise<void>;
}

const both = ['light', 'dark'] as const;
const everywhere = ['desk', 'phone'] as const;
const ivanova = 'demo-ivanova';

async function openFirstDocument(page: Page, url: string): Promise<string> {
  const answer = await page.context().request.get(`${url}/api/documents?patient=${ivanova}`);
  const { documents } = (await answer.json()) as { documents: { id: string }[] };
  return documents[0]!.id;
}

/** In the order in which they are played: what one scene writes, the next ones see. */
export const scenes: readonly Scene[] = [
  { name: 'sign-in', sizes: everywhere },
  { name: 'day', login: 'doctor', sizes: everywhere, themes: both },
  { name: 'day-nurse', login: 'nurse' },
  { name: 'day-head', login: 'head' },
  { name: 'patients', login: 'doctor', path: '/patients' },
  { name: 'card', login: 'doctor', path: `/patients/${ivanova}`, sizes: everywhere, themes: both },
  { name: 'card-results', login: 'doctor', path: `/patients/${ivanova}?tab=results` },
  { name: 'card-time', login: 'doctor', path: `/patients/${ivanova}?tab=time` },
  { name: 'card-documents', login: 'doctor', path: `/patients/${ivanova}?tab=documents` },
  { name: 'card-closed', login: 'doctor3', path: `/patients/${ivanova}` },
  { name: 'card-english', login: 'doctor', path: `/patients/${ivanova}`, english: true },
];

export { openFirstDocument };
