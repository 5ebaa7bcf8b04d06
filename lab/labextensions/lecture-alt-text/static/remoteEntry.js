// Lessons store an alternative text with every picture (metadata["image/png"].alt). JupyterLab and live slides show
// the picture but drop the text; this extension hands it to screen readers. For the form of this file see
// lecture-rise-shim.
(() => {
  "use strict";

  const PNG = "image/png";
  let shared;

  async function load(name) {
    const offers = Object.values(shared[name]);
    const module = await (offers.find((offer) => offer.loaded) ?? offers[0]).get();
    return module();
  }

  async function extension() {
    const { IRenderMimeRegistry, RenderedImage } = await load("@jupyterlab/rendermime");

    class DescribedImage extends RenderedImage {
      async render(model) {
        await super.render(model);
        this.node.querySelector("img").alt = model.metadata[PNG]?.alt ?? "";
      }
    }

    const plugin = {
      id: "lecture-alt-text:plugin",
      autoStart: true,
      requires: [IRenderMimeRegistry],
      activate(_app, registry) {
        const createRenderer = (options) => new DescribedImage(options);
        registry.addFactory({ safe: true, mimeTypes: [PNG], createRenderer }, registry.getRank(PNG));
      },
    };
    return () => ({ __esModule: true, default: plugin });
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lecture-alt-text"] = {
    init(scope) {
      shared = scope;
    },
    get(name) {
      return name === "./extension" ? extension() : Promise.reject(new Error(`lecture-alt-text has no module ${name}`));
    },
  };
})();
