/* Pictures that a style sheet names: their addresses are changed in the sheets that the browser has. */

const IN_STYLE = /url\(\s*(["']?)(.*?)\1\s*\)/g;

/** *style* with what *renewed* makes of each address in it. */
export const renewedStyle = (style, renewed) =>
  style.replace(IN_STYLE, (whole, _, address) => {
    const fresh = renewed(address);
    return fresh === address ? whole : `url("${fresh}")`; // an address of ours has no quotes left
  });

const renewRule = (rule, renewed) => {
  if (rule.styleSheet) renewSheet(rule.styleSheet, renewed); // @import
  for (const inner of rule.cssRules ?? []) renewRule(inner, renewed); // @media, @layer, and what is nested
  for (const name of rule.style ?? []) {
    const value = rule.style.getPropertyValue(name);
    const fresh = value.includes("url(") ? renewedStyle(value, renewed) : value;
    if (fresh !== value) rule.style.setProperty(name, fresh, rule.style.getPropertyPriority(name));
  }
};

const renewSheet = (sheet, renewed) => {
  let rules;
  try {
    rules = sheet.cssRules;
  } catch {
    return; // of another site
  }
  const from = sheet.href ?? document.baseURI;
  for (const rule of rules) renewRule(rule, (address) => renewed(address, from));
};

/** Give all sheets of the page the addresses that *renewed* answers with, asked for each and for where it stands. */
export const renewSheets = (renewed) => {
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) renewSheet(sheet, renewed);
};
