/** @typedef {import('../shared/core/audit/rule.ts').RuleText} RuleText */
/** @typedef {{ title: string, about: string, rules: readonly RuleText[] }} Chapter */

const PAGE_HEAD = `# Rules

What \`taskwire lint\`, \`taskwire audit\` and the functions judge. A rule's id never changes and is never used again. It
passes, it fails, or it does not apply: what cannot be known (a value that a template computes, a configuration in a
secret) is held against nobody.

This page is made from the rules: \`npm run docs\`.
`;

/**
 * Renders docs/rules.md.
 * @type {(chapters: readonly Chapter[]) => string}
 */
export const rulesPage = (chapters) => [PAGE_HEAD, ...chapters.map(chapterOf)].join('\n').replace(/\n{3,}/g, '\n\n');

/** @type {(chapter: Chapter) => string} */
const chapterOf = ({ title, about, rules }) => `## ${title}

${about}

| rule | severity | requires |
| --- | --- | --- |
${rules.map(({ id, severity, requires }) => `| [${id}](#${id.toLowerCase()}) | ${severity} | ${cell(requires)} |`).join('\n')}

${rules.map(ruleOf).join('\n')}`;

/** @type {(rule: RuleText) => string} */
const ruleOf = ({ id, slug, severity, requires, risk, fix, page }) => `### ${id}

\`${slug}\`, ${severity}. ${requires}

- **Why:** ${risk}
- **What to do:** ${fix}
- **More:** <${page}>
`;

/** @type {(text: string) => string} */
const cell = (text) => text.replaceAll('|', '\\|');
