"""The page of a host who asks for a name and a password."""

from demo import text
from tests.support.page_helpers import faults, ready
from tests.support.served_page import served


def test_the_login_has_the_pages_title_and_look_keeps_the_name_and_leads_to_the_page(browser, wide):
    with served(wide, auth=("ada", "secret")) as (_, url):
        page = browser.new_page()
        for theme in ("light", "dark"):
            page.context.clear_cookies()  # a new visitor
            page.goto(f"{url}?__theme={theme}")
            page.locator("input[type=password]").wait_for()
            assert page.title() == text.TITLE
            background = "it => getComputedStyle(it).backgroundColor"
            around = page.locator(".wrap.min-h-screen")
            assert around.evaluate(background) == around.locator(".form").evaluate(background) == "rgba(0, 0, 0, 0)"
            assert faults(page) == []
            page.locator("input").first.fill("ada")
            for password in ("wrong", "wrong again", "secret"):
                page.locator("input[type=password]").fill(password)
                with page.expect_response("**/login"):
                    page.keyboard.press("Enter")
                if password != "secret":
                    page.get_by_text("Incorrect Credentials").wait_for()
                    page.wait_for_function("document.querySelector('[type=password]').value === ''")
                    page.wait_for_function("document.querySelector('input').value === 'ada'")
            page.get_by_text(text.LEAD).wait_for()
            ready(page)
        page.close()
