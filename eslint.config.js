import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const ROOMS = [
  "model",
  "components",
  "policy",
  "checks",
  "commands",
  "image",
  "lab",
  "replay",
  "test",
];

/** Which rooms a room may import from, beside itself; docs/architecture.md says why. */
const MAY_IMPORT = {
  model: [],
  components: ["model"],
  policy: ["model"],
  checks: ["model"],
  image: ["model", "checks"],
  lab: ["model"],
  replay: ["model", "components", "checks", "lab"],
  commands: ["model", "components", "policy", "checks", "lab", "replay"],
};

const importDirections = Object.entries(MAY_IMPORT).map(([room, allowed]) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: ROOMS.filter((other) => other !== room && !allowed.includes(other)).map(
          (other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `${room}/ may not import from ${other}/ (docs/architecture.md).`,
          }),
        ),
      },
    ],
  },
}));

export default defineConfig(
  { ignores: ["node_modules/", "lab/sample/", "lab/go/"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "ExportDefaultDeclaration",
          message: "Export by name: one name for one thing everywhere.",
        },
      ],
    },
  },
  ...importDirections,
  {
    // Registering a resource is what its constructor is for.
    files: ["components/**/*.ts"],
    rules: { "no-new": "off", "@typescript-eslint/no-extraneous-class": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // node:test returns promises that its runner awaits.
      "@typescript-eslint/no-floating-promises": "off",
      // Tests look into Kubernetes objects of every kind.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: { process: "readonly", setInterval: "readonly", clearInterval: "readonly" },
    },
    rules: { "no-restricted-syntax": "off" },
  },
);
