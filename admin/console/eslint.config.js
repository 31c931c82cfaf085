import hooks from "eslint-plugin-react-hooks";
import { config, configs } from "typescript-eslint";

export default config(...configs.strict, hooks.configs.flat.recommended, {
  rules: {
    complexity: ["error", 8],
    "max-lines": ["error", 300],
    "@typescript-eslint/no-explicit-any": "error",
  },
});
