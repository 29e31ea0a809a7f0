"""Logging in and out, the lock-out, and the change of a password somebody else knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qipan.platform import limits
from qipan.platform.access import sessions
from qipan.platform.access.addresses import address_of
from qipan.platform.action import Act, action
from qipan.platform.lease import committing
from qipan.platform.models import User
from qipan.platform.rights import person
from qipan.web import errors, language, single_sign_on
from qipan.web.pages import Request, page


class LogIn(auth.LoginView):
    """The log-in page."""

    template_name = "web/log_in.html"
    redirect_authenticated_user = True
    authentication_form = AuthenticationForm

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Say whether there is a single sign-on, and what it is called."""
        shown = {"sign_on": single_sign_on.offered(), "sign_on_name": settings.OIDC_NAME}
        return super().get_context_data(**given, **shown)

    def post(self, request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
        """Log in, unless this address has tried too often: one password at many accounts is a guess too."""
        seconds = limits.wait("log-in", address_of(request), limits.LOG_IN)
        return errors.too_often(request, seconds) if seconds else super().post(request, *given, **more)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in and take the person's language along."""
        response = super().form_valid(form)
        self.request.session[language.SESSION] = getattr(form.get_user(), "language", settings.LANGUAGE_CODE)
        return response


class OwnPasswordForm(PasswordChangeForm):
    """Asks for the password of now as well: an unattended screen is not enough to take an account over.

    Who was led here by the first log-in has just typed it.
    """

    def __init__(self, user: User, *given: Any) -> None:
        super().__init__(user, *given)
        if user.must_change_password:
            del self.fields["old_password"]

    def clean_new_password2(self) -> str:
        """Return the new password, which is none that was there before."""
        new = str(self.cleaned_data.get("new_password2") or "")
        if self.user.check_password(new):
            raise ValidationError(_("新密码不能与原来的相同。"))
        return new


class LogOut(auth.LogoutView):
    """Leaves; by POST only."""

    http_method_names = ["post", "options"]  # noqa: RUF012 - Django's name


def locked_out(request: HttpRequest, *_ignored: Any) -> HttpResponse:
    """Say that this account is closed for a while after too many wrong passwords."""
    minutes = int(float(settings.AXES_COOLOFF_TIME) * 60)
    context = {"minutes": minutes, "tries": settings.AXES_FAILURE_LIMIT}
    return render(request, "web/locked_out.html", context, status=429)


@action("person.password", right="person.password", zh="修改密码", en="Change a password")
def change_password(act: Act, user: User, new: str) -> User:
    """Leave the person with the password `new`; the trail notes that, never the password."""
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    act.changed("person", user.pk, None, {"password": True})
    return user


@action("person.language", right="person.language", zh="选择语言", en="Choose a language")
def choose_language(act: Act, user: User, code: str) -> User:
    """Leave the person's language chosen for every browser they log in from."""
    before = {"language": user.language}
    user.language = code
    user.save(update_fields=["language"])
    act.changed("person", user.pk, before, {"language": code})
    return user


def password(request: Request) -> HttpResponseBase:
    """Let a person choose a password of their own."""
    form = OwnPasswordForm(request.user, request.POST or None)
    stopped = ()
    if request.method == "POST" and form.is_valid():
        outcome = change_password(person(request.user), request.user, form.cleaned_data["new_password1"])
        if outcome.value is not None:
            before = request.session.session_key or ""
            update_session_auth_hash(request, outcome.value)
            sessions.follow(before, request)
            return redirect(settings.LOGIN_REDIRECT_URL)
        stopped = outcome.problems
    context = {"form": form, "first": request.user.must_change_password, "problems": stopped}
    return render(request, "web/password.html", context, status=409 if stopped else 200)


password.before_password = True  # type: ignore[attr-defined]
password_page = page(password)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language, in this browser and in the account, and go back to the page."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    # `redirect` would take a bare word for the name of a page.
    response = HttpResponseRedirect(back if safe and back.startswith("/") else "/")
    if code not in language.KNOWN:
        return response
    language.choose(response, code)
    user = request.user
    # The account can wait for a load that is committing; the browser already knows.
    if isinstance(user, User) and user.language != code and committing() is None:
        choose_language(person(user), user, code)
        request.session[language.SESSION] = code
    return response
