const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML and XHTML, in elements and in quoted attributes; control characters that XML forbids are left out. */
export function escapeHtml(text: string): string {
  return [...text].filter((character) => character >= ' ' || '\t\n\r'.includes(character)).join('').replace(/[&<>"']/g, (character) => entities[character]!);
}
