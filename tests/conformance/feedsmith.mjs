// What feedsmith, a feed reader that is not ours, makes of each of the files that are named: a JSON document for all.
import { readFileSync } from "node:fs";
import { parseFeed } from "../node_modules/feedsmith/dist/index.mjs";

const read = (path) => parseFeed(readFileSync(path, "utf-8"));
process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));
