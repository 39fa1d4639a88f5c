const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML and XHTML, in elements and in quoted attributes; control characters that XML forbids (all but tab and line ends) are left out. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']|(?![\t\n\r])\p{Cc}/gu, (character) => entities[character] ?? '');
}
