import { route, type Route } from '../module.ts';
import { journalBody } from './contract.ts';
import { readJournal } from './read-journal.ts';

export const journalRoutes = (parts: { zone: string }): readonly Route[] => [route({ method: 'POST', path: '/journal/search', roles: ['auditor'], body: journalBody, handle: (ctx, { body }) => readJournal(ctx, body, parts) })];
