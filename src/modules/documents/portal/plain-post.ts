/** «Врач-терапевт участковый» → «терапевт участковый»: as people say it. */
export function plainPost(post: string): string {
  const said = post.replace(/^врач-/i, '');
  return said === '' || said === said.toUpperCase() ? said : said[0]!.toLowerCase() + said.slice(1);
}

/** A phone as a telephone takes it. */
export const dialled = (phone: string): string => phone.replace(/[^\d+]/g, '');
