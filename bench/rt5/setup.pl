# A small city in Request Tracker: queues, officers with rights, the custom fields of an appeal.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT -init;

my $system = RT->SystemUser;
for my $name (qw(city county-a county-b county-c county-d)) {
    my ($made, $said) = RT::Queue->new($system)->Create(Name => $name);
    die "queue $name: $said" unless $made;
}
for my $nth (1 .. 20) {
    my $user = RT::User->new($system);
    my ($made, $said) = $user->Create(Name => "officer$nth", EmailAddress => "officer$nth\@bench.local", Privileged => 1);
    die "officer $nth: $said" unless $made;
}
my $privileged = RT::Group->new($system);
$privileged->LoadSystemInternalGroup('Privileged');
$privileged->PrincipalObj->GrantRight(Object => $RT::System, Right => $_)
    for qw(SeeQueue ShowTicket CreateTicket OwnTicket ModifyTicket TakeTicket);
for my $name (qw(Latitude Longitude Address Channel CategoryCode)) {
    my $field = RT::CustomField->new($system);
    my ($made, $said) = $field->Create(
        Name => $name, Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', MaxValues => 1,
    );
    die "field $name: $said" unless $made;
    $field->AddToObject(RT::Queue->new($system));
}
