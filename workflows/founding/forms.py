"""Forms of the founding flow."""

from django import forms


class RequestForm(forms.Form):
    pass


class MeetingForm(forms.Form):
    pass


class ResultForm(forms.Form):
    pass


class RegistrationForm(forms.Form):
    pass
