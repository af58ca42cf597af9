// The lists of subjects and authors are made of their own pages, as Eleventy divides one list into pages, not many.
const PAGE = 20;
const FEED = 50;

const newest = (posts) => posts.toSorted((a, b) => b.date - a.date);

function grouped(posts, key) {
  const groups = new Map();
  for (const post of newest(posts)) {
    for (const name of post.data[key] ?? []) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(post);
    }
  }
  return [...groups].map(([name, posts]) => ({ name, posts })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function paged(groups) {
  return groups.flatMap(({ name, posts }) =>
    Array.from({ length: Math.ceil(posts.length / PAGE) }, (_, at) => ({
      name,
      number: at + 1,
      last: Math.ceil(posts.length / PAGE),
      posts: posts.slice(at * PAGE, (at + 1) * PAGE),
    })),
  );
}

const fed = (groups) => groups.map(({ name, posts }) => ({ name, posts: posts.slice(0, FEED) }));

export default function (config) {
  const posts = (api) => api.getFilteredByGlob("content/posts/**/*.md");
  config.addCollection("posts", (api) => newest(posts(api)));
  for (const [kind, key] of [["tag", "tags"], ["author", "authors"]]) {
    config.addCollection(`${kind}Groups`, (api) => grouped(posts(api), key));
    config.addCollection(`${kind}Pages`, (api) => paged(grouped(posts(api), key)));
    config.addCollection(`${kind}Feeds`, (api) => fed(grouped(posts(api), key)));
  }
  // Eleventy's own, but each name once: it is the slowest part of a build otherwise.
  const slugs = new Map();
  config.addFilter("slug", (name) => {
    if (!slugs.has(name)) slugs.set(name, config.getFilter("slugify")(name));
    return slugs.get(name);
  });
  config.addFilter("iso", (date) => date.toISOString());
  config.addFilter("rfc822", (date) => date.toUTCString().replace("GMT", "+0000"));
  const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
  config.addFilter("day", (date) => day.format(date));
  config.addFilter("first", (list, n) => list.slice(0, n));
  config.amendLibrary("md", (markdown) => markdown.set({ html: true, typographer: true }));
  config.addGlobalData("site", { title: "Harbour Wire", url: "https://wire.example" });
  return {
    dir: { input: "content", includes: "../layouts", output: "_site" },
    markdownTemplateEngine: false,
    templateFormats: ["md", "njk"],
  };
}
