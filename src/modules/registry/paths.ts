import { deskPath, newCardPath, titlePagePath } from '../patients/paths.ts';

export { deskPath, newCardPath, titlePagePath };

export const newbornPath = (mother: string) => `${newCardPath}?mother=${mother}`;
