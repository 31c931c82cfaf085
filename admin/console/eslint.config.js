import hooks from "eslint-plugin-react-hooks";
import { config, configs } from "typescript-eslint";

export default config(
  ...configs.strict,
  hooks.configs.flat.recommended,
  {
    rules: {
      complexity: ["error", 8],
      "max-lines": ["error", 300],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, varsIgnorePattern: "^_" }],
    },
  },
  // In markup every `condition && <p>` counts as a branch.
  { files: ["**/*.tsx"], rules: { complexity: ["error", 14] } },
);
