"""Asks the engine in the browser and the server the same, from a page of the site."""

from typing import Any

from playwright.sync_api import Page


def ask_both(page: Page, questions: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the answers of both to each question: {"strokes"}, {"pixels"} or {"png"}, a picture in base64.

    An error is an answer with its `code`. The page must be the draw page, which knows the addresses.
    """
    folder = page.evaluate(SCRIPTS)
    return [(browser, server) for browser, server in page.evaluate(ASK, [questions, folder])]


# Under hashed names where the static files are collected.
SCRIPTS = """() => {
    const { urls } = JSON.parse(document.getElementById("page-config").textContent);
    const named = name => performance.getEntriesByType("resource").map(({ name }) => name)
        .find(address => address.includes(`/static/js/${name}.`));
    return { browser: named("engine/browser"), predictor: named("predictor"), urls };
}"""

ASK = """async ([questions, { browser, predictor, urls }]) => {
    const [{ BrowserEngine }, { ServerEngine }] = await Promise.all([import(browser), import(predictor)]);
    const engines = [new BrowserEngine(urls.engine), new ServerEngine(urls.predict)];
    await engines[0].load(await (await fetch(urls.published)).json());
    const decoded = async png => {
        const picture = new Image();
        picture.src = `data:image/png;base64,${png}`;
        await picture.decode();
        const { width, height } = picture;
        const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
        context.drawImage(picture, 0, 0);
        return { rgba: context.getImageData(0, 0, width, height).data, width, height };
    };
    const answers = [];
    for (const question of questions) {
        const asked = question.png ? await decoded(question.png) : question;
        answers.push(await Promise.all(engines.map(
            engine => engine.predict(asked).catch(({ code, message }) => ({ code, message })))));
    }
    engines[0].stop("done");
    return answers;
}"""
