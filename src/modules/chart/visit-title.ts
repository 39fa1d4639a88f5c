/** «Врач-терапевт участковый» → «Приём терапевта»; what has no such form stays «Приём врача». Pure. */
export function visitTitle(post: string | undefined, language: 'ru' | 'en'): string {
  if (language === 'en') return 'Visit';
  const joined = /^врач-([а-яё]+)/i.exec(post ?? '');
  if (joined) return `Приём ${joined[1]}а`;
  const named = /^врач ([^(]+)/i.exec(post ?? '');
  if (named) return `Приём врача ${named[1]!.trim()}`;
  return post?.toLowerCase().startsWith('медицинская сестра') ? 'Приём медсестры' : 'Приём врача';
}
