import { IconSignature } from '@tabler/icons-react';
import { lazyPage, useRead } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import type { DraftLine } from '../../visits/contract.ts';
import { toSignPath, verifyPath } from '../paths.ts';

export { PublicPage } from './public-page.tsx';

const everybody = ['registrar', 'nurse', 'doctor', 'head', 'admin', 'patient'] as const;

/** Documents in the staff workspace, and the public page of verifying. */
export const documentsStaff = defineScreens({
  name: 'documents',
  pages: [
    { path: '/documents/$document', component: lazyPage(() => import('./document-page.tsx'), 'DocumentPage'), roles: ['nurse', 'doctor', 'head', 'registrar'], title: { ru: 'Документ', en: 'Document' } },
    {
      path: toSignPath, component: lazyPage(() => import('./to-sign-page.tsx'), 'ToSignPage'), roles: ['doctor', 'head'], title: { ru: 'На подпись', en: 'To sign' },
      menu: { text: { ru: 'На подпись', en: 'To sign' }, icon: IconSignature, order: 40 },
    },
    {
      path: verifyPath, component: lazyPage(() => import('./verify-page.tsx'), 'VerifyPage'), roles: everybody, title: { ru: 'Проверить подпись', en: 'Verify a signature' },
    },
  ],
  commands: [{ text: { ru: 'Проверить подпись документа', en: 'Verify a document’s signature' }, keywords: 'openssl p7s zip verify подпись сертификат', roles: ['registrar', 'nurse', 'doctor', 'head', 'admin'], path: verifyPath }],
});

/** How many drafts wait for the signature of the person at the screen. */
export function useWaiting(role: string): { count: number; path: string } | undefined {
  const doctor = role === 'doctor' || role === 'head';
  const { data } = useRead<{ drafts: DraftLine[] }>('/visits/drafts', { when: doctor, types: ['Encounter', 'DocumentReference'], everySeconds: 60 });
  return data && data.drafts.length > 0 ? { count: data.drafts.length, path: toSignPath } : undefined;
}
