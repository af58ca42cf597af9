// What html-validate is asked to judge.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // a question of taste, without a difference to any reader
    "attribute-boolean-style": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    // a headline is as long as it is
    "long-title": "off",
    // everything comes from the site itself
    "require-sri": "off",
    // a table that scrolls is a region; as a section it would need a heading, says the other checker
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
};
